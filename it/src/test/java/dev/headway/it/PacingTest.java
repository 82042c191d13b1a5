package dev.headway.it;

import static dev.headway.it.ApiRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import dev.headway.testkit.RateLimitHeaders;
import dev.headway.testkit.RateLimitedApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Told the limit, a job is never refused: neither with the API's headers to guide it nor without. */
@Timeout(60)
class PacingTest {

    private static final int CALLS = 60;

    static Stream<Arguments> jobs() {
        List<Limit> limits = List.of(
                TokenBucket.perSecond(10).burst(20),
                Quota.of(20).per(Duration.ofSeconds(10)),
                Quota.of(25).per(Duration.ofMinutes(1)));
        return limits.stream()
                .flatMap(limit -> Stream.of(RateLimitHeaders.NONE, RateLimitHeaders.X_RATELIMIT)
                        .flatMap(headers -> Stream.of(Path.values()).map(path -> Arguments.of(limit, headers, path))));
    }

    @ParameterizedTest(name = "{0}, headers {1}: {2}")
    @MethodSource("jobs")
    void nothingIsRefused(Limit limit, RateLimitHeaders headers, Path path) throws Exception {
        StillHeadway still = new StillHeadway(Headway.builder().limit(limit));
        try (RateLimitedApi api = RateLimitedApi.builder()
                        .limit(limit)
                        .headers(headers)
                        .time(still.time)
                        .start();
                Client client = path.open(still.headway)) {
            List<Ongoing> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(client.begin(get(), api.url("/" + i)));
            }
            while (still.awaitSilence(path, CALLS)) {
                assertThat(still.time.runNext()).isTrue();
            }

            for (Ongoing call : calls) {
                assertThat(call.result().status()).isEqualTo(200);
            }
            assertThat(api.refused()).isZero();
            assertThat(api.accepted()).isEqualTo(CALLS);
        }
    }
}
