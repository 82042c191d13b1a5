package dev.headway.testkit;

/** How a server counts, within a limit of two numbers. All are exact to the nanosecond, at their edges too. */
public enum Counting {
    /** A {@link dev.headway.TokenBucket} that starts full. */
    TOKEN_BUCKET,

    /**
     * A {@link dev.headway.TokenBucket} as nginx's {@code limit_req} keeps it: what comes faster than the rate is held until
     * its turn, and what would find {@code burst} requests in that queue is refused. A burst of 1 is nginx without {@code
     * burst}, where nothing is held; {@code burst=5} is a burst of 6 here. With {@code nodelay}, nginx is a {@link
     * #TOKEN_BUCKET}.
     */
    LEAKY_BUCKET,

    /** A {@link dev.headway.Quota} in windows, each of which begins with the first request after the end of the last. */
    FIXED_WINDOW,

    /** A {@link dev.headway.Quota} in windows that begin at whole multiples of their length since 1970 in UTC. */
    CLOCK_WINDOW,

    /** A {@link dev.headway.Quota} in any span of its window: each request is remembered until it is a window old. */
    SLIDING_LOG,

    /**
     * A {@link dev.headway.Quota} estimated from two counts, as Cloudflare does: those of the present window and, of the one
     * before, the share that a window up to now still covers. Windows follow one another from the first request on.
     */
    SLIDING_COUNTER;

    boolean ofBuckets() {
        return this == TOKEN_BUCKET || this == LEAKY_BUCKET;
    }
}
