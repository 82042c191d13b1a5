package dev.headway.internal.flight;

import dev.headway.CallTrace;
import dev.headway.HeadwayListener;
import dev.headway.LimitHint;
import dev.headway.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes the events, each when it is over: the recorder can not be told of a past begin, so lengths have fields of their own. */
final class FlightRecorder implements HeadwayListener {

    // Whether an event is recorded depends on its class alone.
    private static final AttemptEnded ATTEMPT = new AttemptEnded();
    private static final WaitEnded WAIT = new WaitEnded();
    private static final GaveUp GAVE_UP = new GaveUp();
    private static final GateMoved GATE = new GateMoved();
    private static final LimitLearned LIMIT = new LimitLearned();

    static boolean attempts() {
        return ATTEMPT.isEnabled();
    }

    static boolean calls() {
        return ATTEMPT.isEnabled() || WAIT.isEnabled() || GAVE_UP.isEnabled();
    }

    static boolean anything() {
        return calls() || GATE.isEnabled() || LIMIT.isEnabled();
    }

    @Override
    public void attempt(AttemptEvent event) {
        AttemptEnded made = new AttemptEnded();
        if (made.shouldCommit()) {
            CallTrace.Attempt attempt = event.attempt();
            Throwable failure = attempt.failure();
            made.of(event.call());
            made.attempt = attempt.number();
            made.status = attempt.status().orElse(0);
            made.error = failure == null ? null : failure.getClass().getName();
            made.evidence = event.evidence() == null ? null : event.evidence().name();
            made.throttled = event.throttled();
            made.took = attempt.duration().toNanos();
            made.commit();
        }
    }

    @Override
    public void waited(WaitedEvent event) {
        WaitEnded made = new WaitEnded();
        if (made.shouldCommit()) {
            made.of(event.call());
            made.attempt = event.over().before();
            made.cause = event.over().cause().name();
            made.took = event.over().duration().toNanos();
            made.commit();
        }
    }

    @Override
    public void gaveUp(GiveUpEvent event) {
        GaveUp made = new GaveUp();
        if (made.shouldCommit()) {
            made.of(event.call());
            made.attempts = event.attempts();
            made.reason = event.reason().name();
            made.commit();
        }
    }

    @Override
    public void gateClosed(GateEvent event) {
        gate(event.scope(), event.length());
    }

    @Override
    public void gateOpened(Scope scope) {
        gate(scope, null);
    }

    private static void gate(Scope scope, @Nullable Duration length) {
        GateMoved made = new GateMoved();
        if (made.shouldCommit()) {
            made.scope = scope.name();
            made.closed = length != null;
            made.length = length == null ? 0 : length.toNanos();
            made.commit();
        }
    }

    @Override
    public void limitLearned(LimitEvent event) {
        LimitLearned made = new LimitLearned();
        if (made.shouldCommit()) {
            LimitHint limit = event.limit();
            made.scope = event.scope().name();
            made.limitName = limit.name();
            made.limit = known(limit.limit());
            made.remaining = known(limit.remaining());
            made.window = limit.window() == null ? 0 : limit.window().toNanos();
            made.commit();
        }
    }

    private static long known(@Nullable Long count) {
        return count == null ? -1 : count;
    }
}
