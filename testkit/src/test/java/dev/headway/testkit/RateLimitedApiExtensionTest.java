package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.TokenBucket;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One instance for both runs, so that the second can look at the first one's API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RateLimitedApiExtensionTest {

    @RegisterExtension
    final RateLimitedApiExtension apis =
            new RateLimitedApiExtension(() -> RateLimitedApi.builder().limit(TokenBucket.perSecond(10)));

    private final Set<RateLimitedApi> seen = new HashSet<>();
    private @Nullable RateLimitedApi beforeEach;

    @BeforeEach
    void remember(RateLimitedApi api) {
        beforeEach = api;
    }

    @RepeatedTest(2)
    void eachTestHasAnApiOfItsOwnThatIsClosedAfterIt(RateLimitedApi api) throws IOException {
        assertThat(api).isSameAs(beforeEach);
        connect(api.url("/"));
        for (RateLimitedApi old : seen) {
            assertThatThrownBy(() -> connect(old.url("/"))).isInstanceOf(IOException.class);
        }

        assertThat(seen.add(api)).isTrue();
    }

    private static void connect(URI uri) throws IOException {
        new Socket(uri.getHost(), uri.getPort()).close();
    }
}
