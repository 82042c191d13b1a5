package dev.headway.jdk;

import dev.headway.spi.TimeSource;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The time that {@code HttpRequest.timeout} gives to one attempt. The client keeps it only until the header fields of the
 * response are there, up to Java 25; from then on this does, until the caller has the body.
 */
final class AttemptTime {

    private static final Duration LONGEST = Duration.ofDays(10_000);

    private final TimeSource time;
    private final long until;

    /** Begins now. */
    AttemptTime(Duration timeout, TimeSource time) {
        this.time = time;
        this.until = time.nanoTime() + nanos(timeout);
    }

    /** In real time, also where a test moves the time of a Headway by hand: what the server does comes from outside. */
    static AttemptTime begin(Duration timeout) {
        return new AttemptTime(timeout, TimeSource.system());
    }

    static long nanos(Duration length) {
        return length.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : length.toNanos();
    }

    /** As long, or as long as is left if that is less. */
    long atMost(long nanos) {
        return Math.min(nanos, until - time.nanoTime());
    }

    /**
     * Ends what is not done when the time is over.
     *
     * @param result what must be done in time
     * @param graceMillis what it may take longer
     * @param expired fails it; where what hangs on the result may block
     */
    void limit(CompletableFuture<?> result, long graceMillis, Consumer<HttpTimeoutException> expired) {
        long left = until - time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMillis);
        TimeSource.Timer timer =
                time.schedule(left, () -> SharedClient.run(SharedClient.COMPLETER, () -> expired.accept(timedOut())));
        CompletionStage<?> stage = result;
        stage.whenComplete((value, thrown) -> timer.cancel());
    }

    private static HttpTimeoutException timedOut() {
        return new HttpTimeoutException("request timed out");
    }
}
