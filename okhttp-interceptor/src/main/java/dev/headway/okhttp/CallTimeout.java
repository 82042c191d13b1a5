package dev.headway.okhttp;

import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okio.ForwardingTimeout;
import okio.Timeout;

/**
 * The timeout of a call that is several calls: before the start what the caller sets, then that of whichever runs, so that it
 * covers all of them, the waits between them, and the body of the last.
 */
final class CallTimeout extends ForwardingTimeout {

    private static final long NONE = Long.MAX_VALUE;

    /** On okio's own clock. */
    private long deadline = NONE;

    /** As long as the client gives its calls; the caller may change it. */
    CallTimeout(long millis) {
        super(new Timeout().timeout(millis, TimeUnit.MILLISECONDS));
    }

    /** The time begins to run. */
    void begin() {
        long whole = timeoutNanos();
        if (whole > 0) {
            deadline = new Timeout().deadline(whole, TimeUnit.NANOSECONDS).deadlineNanoTime();
        }
        if (hasDeadline() && (deadline == NONE || deadlineNanoTime() - deadline < 0)) {
            deadline = deadlineNanoTime();
        }
    }

    /** This attempt has what is left. */
    void runs(Call attempt) {
        Timeout timeout = attempt.timeout().clearTimeout();
        if (deadline != NONE) {
            timeout.deadlineNanoTime(deadline);
        }
        setDelegate(timeout);
    }
}
