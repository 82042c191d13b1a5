package dev.headway;

/**
 * Not a failure of its own: rides, suppressed, on the client's exception of a call that failed, and tells what happened
 * before it.
 */
public final class CallTraceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient CallTrace trace;

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
     * Returns what happened in the call. Not kept by serialization.
     *
     * @return the trace
     */
    public CallTrace trace() {
        return trace;
    }
}
