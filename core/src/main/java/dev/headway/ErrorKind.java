package dev.headway;

/** What is known of an error by its code, whatever its status. */
public enum ErrorKind {

    /** A limit has refused the call; it has done nothing. Every caller of the scope holds back, and the call may be sent again. */
    THROTTLED,

    /** A passing trouble: the call may be sent again, if doing it twice is safe. */
    TRANSIENT,

    /** A quota is used up for so long that waiting is of no use: a budget, a plan, a number of things. Not sent again. */
    EXHAUSTED,

    /** It would fail again. Not sent again. */
    FATAL
}
