package dev.headway.tools;

import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.HeadwayLog;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.spi.Execution;
import dev.headway.spi.RequestFacts;
import dev.headway.spi.Step;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a Headway that was told nothing does with a response: the same machine decides here as for a real call. Chance is taken
 * at its longest.
 *
 * @param again whether the call is sent again
 * @param gaveUp why it is not, although the response asks for it
 * @param held how long the call waits before, at most
 * @param random whether that is a matter of chance
 * @param alike how long other calls of the same path wait; null where they do not
 * @param others how long calls of another path wait; null where they do not
 */
record Verdict(
        boolean again,
        @Nullable GiveUpReason gaveUp,
        Duration held,
        boolean random,
        @Nullable Duration alike,
        @Nullable Duration others) {

    private static final String PATH = "/this";
    private static final String ANOTHER = "/another";

    static Verdict of(Given given) {
        Pause pause = new Pause();
        Standing time = new Standing(given.now());
        Headway headway = Headway.builder()
                .retry(Understood.POLICY)
                .time(time)
                .random(() -> -1)
                .listener(pause)
                .log(HeadwayLog.off())
                .build();
        Execution call = headway.begin(new Request(given.method(), PATH));
        call.next();
        call.record(given);
        Step step = call.next();
        Duration due = time.due();
        call.cancel();
        Duration alike = wait(headway, PATH, time, pause);
        Duration others = wait(headway, ANOTHER, time, pause);
        if (step instanceof Step.GiveUp end) {
            return new Verdict(false, end.reason(), Duration.ZERO, false, alike, others);
        }
        if (step instanceof Step.Return) {
            return new Verdict(false, null, Duration.ZERO, false, alike, others);
        }
        if (step instanceof Step.Wait wait) {
            Duration backoff = Duration.ofNanos(wait.nanos());
            Duration held = alike != null && alike.compareTo(backoff) > 0 ? alike : backoff;
            return new Verdict(true, null, held, wait.cause() == WaitCause.BACKOFF, alike, others);
        }
        return new Verdict(true, null, step instanceof Step.Await ? due : Duration.ZERO, false, alike, others);
    }

    /** How long a call that comes now would wait. */
    private static @Nullable Duration wait(Headway headway, String path, Standing time, Pause pause) {
        Execution call = headway.begin(new Request("GET", path));
        Step step = call.next();
        Duration due = time.due();
        call.cancel();
        if (step instanceof Step.GiveUp) {
            // The pause is longer than any call may take.
            return pause.length;
        }
        return step instanceof Step.Await ? due : null;
    }

    private static final class Pause implements HeadwayListener {
        private @Nullable Duration length;

        @Override
        public void gateClosed(GateEvent event) {
            length = event.length();
        }
    }

    /** The moment of the response's receipt; nothing is waited for, but what would be is known. */
    private static final class Standing implements TimeSource {
        private final Instant now;
        private Duration due = Duration.ZERO;

        Standing(Instant now) {
            this.now = now;
        }

        /** The delay of the timer that was set last. */
        Duration due() {
            return due;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void park(long nanos) {
            throw new UnsupportedOperationException("Nothing waits here");
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            due = Duration.ofNanos(delayNanos);
            return () -> {};
        }
    }

    private record Request(String method, String path) implements RequestFacts {

        @Override
        public String url() {
            return "https://api.example" + path;
        }

        @Override
        public Scope scope() {
            return Scope.of("api");
        }

        @Override
        public boolean replayable() {
            return true;
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }

        @Override
        public @Nullable RetryPolicy policy() {
            return null;
        }

        @Override
        public OptionalLong timeLeftNanos() {
            return OptionalLong.empty();
        }
    }
}
