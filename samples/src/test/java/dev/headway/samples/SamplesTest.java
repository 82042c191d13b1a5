package dev.headway.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headway.testkit.AnsweredRequest;
import dev.headway.testkit.RateLimitedApi;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each sample does what it says. */
@Timeout(60)
class SamplesTest {

    private final RateLimitedApi api =
            RateLimitedApi.builder().limit(Sample.ALLOWED).start();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void jdkClient() {
        assertNothingLost(WithJdkClient.run(api.url("/")));
    }

    @Test
    void retrofit() {
        assertNothingLost(WithRetrofit.run(api.url("/")));
        assertThat(api.requests())
                .filteredOn(request -> request.method().equals("POST") && request.accepted())
                .extracting(AnsweredRequest::path, AnsweredRequest::id)
                .containsExactly(tuple("/orders", "order-1"));
    }

    @Test
    void spring() throws Exception {
        assertNothingRefused(WithSpring.run(api.url("/")));
        assertThat(api.requests()).extracting(AnsweredRequest::method).containsOnly("POST");
    }

    @Test
    void redis() throws Exception {
        try (OwnRedis redis = OwnRedis.start()) {
            assertNothingLost(WithRedis.run(api.url("/"), redis.url()));
        }
    }

    @Test
    void eachHasAnApiOfItsOwnAndPrintsATable() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, UTF_8));
        try {
            WithSpring.main();
        } finally {
            System.setOut(before);
        }

        assertThat(said.toString(UTF_8)).contains("| sent | succeeded | refused | time |", "| 60 | 60 | 0 | ");
    }

    /** So few are under way at once that not even a machine that stands still makes them too many. */
    private void assertNothingRefused(Tally tally) {
        assertNothingLost(tally);
        assertThat(tally.refused()).isZero();
    }

    /** All at once: where the first connections take long, more may come together than was let go. */
    private void assertNothingLost(Tally tally) {
        assertThat(tally.succeeded()).isEqualTo(60);
        assertThat(tally.sent()).isEqualTo(60 + tally.refused());
        assertThat(api.accepted()).isEqualTo(60);
        assertThat(api.refused()).isEqualTo((int) tally.refused());
    }
}
