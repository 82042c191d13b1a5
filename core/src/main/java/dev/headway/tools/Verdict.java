package dev.headway.tools;

import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.spi.Execution;
import dev.headway.spi.RequestFacts;
import dev.headway.spi.Step;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a Headway that was told nothing does with a response: the same machine decides here as for a real call.
 *
 * @param again whether the call is sent again
 * @param gaveUp why it is not, although the response asks for it
 * @param held how long the call waits before
 * @param random whether that is a matter of chance
 * @param paused how long its scope is closed for all
 */
record Verdict(
        boolean again,
        @Nullable GiveUpReason gaveUp,
        Duration held,
        boolean random,
        @Nullable Duration paused) {

    static Verdict of(Given given) {
        Pause pause = new Pause();
        Execution call = Headway.builder()
                .retry(Understood.POLICY)
                .time(new Standing(given.now()))
                .listener(pause)
                .build()
                .begin(new Request(given.method()));
        call.next();
        call.record(given);
        Step step = call.next();
        call.cancel();
        Duration paused = pause.length;
        if (step instanceof Step.GiveUp end) {
            return new Verdict(false, end.reason(), Duration.ZERO, false, paused);
        }
        if (step instanceof Step.Return) {
            return new Verdict(false, null, Duration.ZERO, false, paused);
        }
        if (step instanceof Step.Wait backoff) {
            boolean random = backoff.cause() == WaitCause.BACKOFF;
            Duration wait = Duration.ofNanos(backoff.nanos());
            return new Verdict(
                    true, null, paused != null && paused.compareTo(wait) > 0 ? paused : wait, random, paused);
        }
        return new Verdict(true, null, paused != null ? paused : Duration.ZERO, false, paused);
    }

    private static final class Pause implements HeadwayListener {
        private @Nullable Duration length;

        @Override
        public void gateClosed(GateEvent event) {
            length = event.length();
        }
    }

    /** The moment of the response's receipt; nothing is waited for. */
    private record Standing(Instant instant) implements TimeSource {

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
            return () -> {};
        }
    }

    private record Request(String method) implements RequestFacts {

        @Override
        public String url() {
            return "https://api.example/";
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
        public boolean hasHeader(String name) {
            return false;
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
