package dev.headway;

import java.io.IOException;

/**
 * Thrown when a call ends without any result that could be handed over: nothing was sent yet, or the last response was
 * released for a wait that then grew too long. In all other cases the caller gets the real response or the client's own
 * exception.
 */
public final class GiveUpException extends IOException {

    private static final long serialVersionUID = 1L;

    private final GiveUpReason reason;
    private final transient CallTrace trace;

    /**
     * Made by the drivers.
     *
     * @param reason why the call ended
     * @param trace what happened
     */
    public GiveUpException(GiveUpReason reason, CallTrace trace) {
        super("Gave up: " + reason.text() + " (" + trace + ")");
        this.reason = reason;
        this.trace = trace;
    }

    /**
     * Returns why the call ended.
     *
     * @return the reason
     */
    public GiveUpReason reason() {
        return reason;
    }

    /**
     * Returns what happened before. Not kept by serialization.
     *
     * @return the trace
     */
    public CallTrace trace() {
        return trace;
    }
}
