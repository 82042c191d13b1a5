package dev.headway.internal.limiter;

/** One reason to hold a call. Called under the scope's lock. */
interface Rule {

    /** Only an answer of a call in flight can tell. */
    long UNTIL_ANSWER = Long.MAX_VALUE;

    /**
     * The earliest time, not before {@code now}, at which the rule lets a call go.
     *
     * @param ahead what waits in front of it; with more than 0 the answer is a lower bound
     * @param cost what the call takes
     * @return the time, or {@link #UNTIL_ANSWER}
     */
    long earliest(long now, long ahead, int cost);

    /** A call goes now. */
    default void granted(long now, int cost) {}

    /** A call that went at that time was not counted by the server: it never left, or was refused. */
    default void returned(long grantedAt, int cost) {}
}
