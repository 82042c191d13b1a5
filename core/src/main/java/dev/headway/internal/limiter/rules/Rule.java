package dev.headway.internal.limiter.rules;

/** One reason to hold a call. Called under the scope's lock. */
public interface Rule {

    /** Only an answer of a call in flight can tell, or much patience. */
    long UNTIL_ANSWER = Long.MAX_VALUE - 1;

    /** Only the end of a call in flight makes room. */
    long UNTIL_LANDED = Long.MAX_VALUE;

    /**
     * The earliest time, not before {@code now}, at which the rule lets a call go.
     *
     * @param ahead what waits in front of it; with more than 0 the answer is a lower bound
     * @param cost what the call takes
     * @return the time, {@link #UNTIL_ANSWER} or {@link #UNTIL_LANDED}
     */
    long earliest(long now, long ahead, int cost);

    /** A call goes now. */
    default void granted(long now, int cost) {}

    /** A call that was granted before leaves only now: the thread that was woken has taken its time. */
    default void departed(long now) {}

    /** A call that may have left late has come to the server at that time at the latest. */
    default void arrived(long grantedAt, long at, int cost) {}

    /** A call that went at that time was not counted by the server: it never left, or was refused. */
    default void returned(long grantedAt, int cost) {}

    /** A call that went at that time has taken so much more than it was charged; less than 0 where it has taken less. */
    default void adjusted(long grantedAt, long now, int more) {}
}
