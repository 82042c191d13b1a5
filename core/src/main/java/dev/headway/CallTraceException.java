package dev.headway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Not a failure of its own: rides, suppressed, on the client's exception of a call that failed, and tells what happened
 * before it.
 */
public final class CallTraceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable CallTrace trace;

    /**
     * Made by the drivers.
     *
     * @param trace what happened
     */
    public CallTraceException(CallTrace trace) {
        super(trace.toString(), null, false, false);
        this.trace = trace;
    }

    /**
     * Returns what happened in the call. Serialization keeps only the message; the trace is empty after it.
     *
     * @return the trace
     */
    public CallTrace trace() {
        return trace != null ? trace : new CallTrace(List.of(), List.of(), null);
    }
}
