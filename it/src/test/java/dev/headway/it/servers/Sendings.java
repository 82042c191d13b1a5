package dev.headway.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.HeadwayListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * When a Headway sent and when it heard of refusals. A server sees only when a request arrives, which on a busy machine may be long
 * after it was sent.
 */
final class Sendings implements HeadwayListener {

    /** By how much a thread may be late between what it does and what it says of it. */
    private static final long LATE = Duration.ofSeconds(1).toNanos();

    private final List<Long> sent = new CopyOnWriteArrayList<>();
    private final List<Pause> pauses = new CopyOnWriteArrayList<>();

    /** A time in which nothing may be sent. */
    private record Pause(long from, long until) {

        boolean holds(long moment) {
            return moment - from > 0 && moment - until < 0;
        }
    }

    @Override
    public void sending(SendEvent event) {
        sent.add(System.nanoTime());
    }

    @Override
    public void attempt(AttemptEvent event) {
        long now = System.nanoTime();
        if (event.throttled()) {
            event.hint()
                    .retryAfter()
                    .ifPresent(length -> pauses.add(new Pause(now + LATE, now + length.toNanos() - LATE)));
        }
    }

    int count() {
        return sent.size();
    }

    /** Checks that nothing was sent in a pause that Headway had heard of. */
    void assertNoneInAPause() {
        for (Pause pause : pauses) {
            assertThat(sent).as("moments of sending").noneMatch(pause::holds);
        }
    }
}
