package dev.headway.spi;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;

/** Exceptions that tell what their call went through. */
final class Traced {

    /** Code may throw one exception for ever, and none can be made to forget. */
    private static final int MOST = 16;

    private Traced() {}

    /** Adds the trace to the exception, as long as that does not carry many already. */
    static <E extends Throwable> E with(E thrown, CallTrace trace) {
        if (thrown.getSuppressed().length < MOST) {
            thrown.addSuppressed(new CallTraceException(trace));
        }
        return thrown;
    }
}
