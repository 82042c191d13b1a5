package dev.headway.okhttp;

import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okio.AsyncTimeout;
import okio.ForwardingTimeout;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The timeout of a call that is several calls: before the start what the caller sets, then that of whichever runs, so that it
 * covers all of them and the body of the last. Between them, and while one waits for its turn in the client's dispatcher, a
 * watchdog of our own keeps it.
 */
final class CallTimeout extends ForwardingTimeout {

    private static final long NONE = Long.MAX_VALUE;

    /** On okio's own clock. Volatile because the caller may take it back on any thread. */
    private volatile long deadline = NONE;

    private volatile @Nullable AsyncTimeout watchdog;

    /** As long as the client gives its calls; the caller may change it. */
    CallTimeout(long millis) {
        super(new Timeout().timeout(millis, TimeUnit.MILLISECONDS));
    }

    /** The time begins to run. What to do when it is over must be quick: it runs on okio's only watchdog thread. */
    void begin(Runnable whenOver) {
        long until = NONE;
        long whole = timeoutNanos();
        if (whole > 0) {
            until = OkioClock.after(whole);
        }
        if (hasDeadline() && (until == NONE || deadlineNanoTime() - until < 0)) {
            until = deadlineNanoTime();
        }
        if (until != NONE) {
            deadline = until;
            AsyncTimeout watching = new AsyncTimeout() {
                @Override
                protected void timedOut() {
                    whenOver.run();
                }
            };
            watching.deadlineNanoTime(until);
            watchdog = watching;
            watching.enter();
        }
    }

    /** This attempt has what is left. */
    void runs(Call attempt) {
        Timeout timeout = attempt.timeout().clearTimeout();
        long until = deadline;
        if (until != NONE) {
            timeout.deadlineNanoTime(until);
        }
        setDelegate(timeout);
    }

    /** The call has ended, but for the body of its response. */
    void ends() {
        AsyncTimeout watching = watchdog;
        if (watching != null) {
            watching.exit();
        }
    }

    /** Whether the time is over. */
    boolean over() {
        long until = deadline;
        return until != NONE && until - OkioClock.nanoTime() <= 0;
    }

    /** Takes back what has begun to run, as for a stream that may last. */
    @Override
    public void cancel() {
        deadline = NONE;
        ends();
        super.cancel();
    }
}
