package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Backoff;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a server may write into its header fields to be called sooner. */
class HostileAnswersTest {

    private static final Duration BACKOFF = Duration.ofSeconds(2);

    private static final RetryPolicy POLICY =
            RetryPolicy.builder().backoff(Backoff.fixed(BACKOFF)).build();

    private static final List<String> NAMES = List.of(
            "X-RateLimit-Remaining",
            "X-RateLimit-Limit",
            "X-RateLimit-Reset",
            "X-RateLimit-Reset-After",
            "X-RateLimit-Reset-Ms",
            "X-RateLimit-Interval",
            "RateLimit",
            "RateLimit-Policy",
            "X-App-Rate-Limit",
            "X-Sentry-Rate-Limits",
            "Date",
            "Age");

    /** None of them a delay that can be read and has not passed. */
    private static final List<String> VALUES = List.of(
            "0",
            "-1",
            "-5",
            "NaN",
            "-Infinity",
            "1e-9",
            "0.0",
            "1000000000",
            "1970-01-01T00:00:00Z",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "\u0660",
            "0ms",
            "-1s",
            "limit=0, remaining=0, reset=0",
            "\"a\";r=0;t=0",
            "\"a\";q=0;w=1",
            "0:1",
            "0:a:b",
            "");

    @Test
    void noCountersMakeItComeSoonerThanItsOwnBackoff() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 5_000; i++) {
            String[] fields = new String[2 * (1 + random.nextInt(5))];
            for (int f = 0; f < fields.length; f += 2) {
                fields[f] = NAMES.get(random.nextInt(NAMES.size()));
                fields[f + 1] = VALUES.get(random.nextInt(VALUES.size()));
            }
            int status = random.nextBoolean() ? 429 : 503;

            assertThat(untilTheNext(status, fields))
                    .as("%s %s", status, List.of(fields))
                    .isGreaterThanOrEqualTo(BACKOFF);
        }
    }

    /** Practically never where it gives up. */
    private static Duration untilTheNext(int status, String... fields) {
        VirtualTime time = new VirtualTime();
        Headway headway = Headway.builder().time(time).build();
        Execution execution = headway.begin(Facts.of("GET").with(POLICY));
        execution.next();
        long from = time.nanoTime();
        execution.record(Answers.status(status, fields));
        for (Step step = execution.next(); !(step instanceof Step.Send); step = execution.next()) {
            if (step instanceof Step.Wait wait) {
                time.advance(Duration.ofNanos(wait.nanos()));
            } else if (step instanceof Step.Await) {
                time.runNext();
            } else {
                return Duration.ofNanos(Long.MAX_VALUE);
            }
        }
        return Duration.ofNanos(time.nanoTime() - from);
    }
}
