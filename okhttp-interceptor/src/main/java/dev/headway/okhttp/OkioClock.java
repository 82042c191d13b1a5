package dev.headway.okhttp;

import java.util.concurrent.TimeUnit;
import okio.Timeout;

/** The clock on which okio counts its deadlines; it does not show it itself. */
final class OkioClock {

    private OkioClock() {}

    static long nanoTime() {
        return after(1) - 1;
    }

    /** The moment that is so far away. */
    static long after(long nanos) {
        return new Timeout().deadline(nanos, TimeUnit.NANOSECONDS).deadlineNanoTime();
    }
}
