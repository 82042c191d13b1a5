package dev.headway.timeline;

import dev.headway.CallTrace;
import dev.headway.GiveUpReason;
import dev.headway.HeadwayListener.CallInfo;
import dev.headway.HeadwayListener.DoneEvent;
import dev.headway.Scope;
import dev.headway.WaitCause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A call in the making, in milliseconds: its attempts and waits follow each other without a gap. */
final class Run {

    private final List<CallTrace.Attempt> attempts = new ArrayList<>();
    private final List<CallTrace.Wait> waits = new ArrayList<>();
    private long at;

    /** An attempt that ends with a status, or with an exception where that is 0. */
    Run attempt(long millis, int status) {
        attempts.add(new CallTrace.Attempt(
                attempts.size() + 1,
                Duration.ofMillis(at),
                Duration.ofMillis(millis),
                status == 0 ? OptionalInt.empty() : OptionalInt.of(status),
                status == 0 ? new IOException("reset") : null));
        at += millis;
        return this;
    }

    Run wait(long millis, WaitCause cause) {
        waits.add(new CallTrace.Wait(attempts.size() + 1, Duration.ofMillis(millis), cause));
        at += millis;
        return this;
    }

    CallTrace trace(@Nullable GiveUpReason gaveUp) {
        return new CallTrace(attempts, waits, gaveUp);
    }

    DoneEvent done(Scope scope) {
        return done(scope, null);
    }

    DoneEvent done(Scope scope, @Nullable GiveUpReason gaveUp) {
        return new DoneEvent(new CallInfo(scope, "GET", scope + "/secret"), trace(gaveUp));
    }
}
