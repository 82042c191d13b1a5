package dev.headway;

/** Why a call waits. */
public enum WaitCause {

    /** The limiter's turn: the configured or learned limit would be passed. */
    PERMIT,

    /** The policy's own delay after a failure, or after a refusal without a known moment. */
    BACKOFF,

    /** This call was refused and the server named the moment. */
    SERVER_HINT,

    /** A call of the same scope was refused, another or this one without a moment of the server's; everybody waits. */
    SCOPE_PAUSED,

    /** The limiter can not tell: what it shares the limit through does not answer, and nobody may go without. */
    LIMITER_DOWN
}
