package dev.headway;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rate and a burst, as servers with a token or leaky bucket keep them (nginx {@code limit_req}, many gateways): the bucket
 * holds {@code burst} tokens and refills evenly. A server that counts calls per window is a {@link Quota}: telling it as a
 * bucket has up to twice the window's calls in its first window. Immutable.
 */
public final class TokenBucket implements Limit {

    private final long permits;
    private final Duration period;
    private final long burst;

    /**
     * Returns a bucket that refills with that many tokens a second, and holds one.
     *
     * @param permits tokens a second, 1 to 1 000 000 000
     * @return the bucket
     */
    public static TokenBucket perSecond(long permits) {
        return of(permits, Duration.ofSeconds(1));
    }

    /**
     * Returns a bucket that refills evenly with that many tokens in that time, and holds one.
     *
     * @param permits tokens in a period, 1 to 1 000 000 000
     * @param period 1 ms to 366 days
     * @return the bucket
     * @throws IllegalArgumentException if a value is out of its range
     */
    public static TokenBucket of(long permits, Duration period) {
        return new TokenBucket(Ranges.permits(permits), Ranges.period(period), 1);
    }

    private TokenBucket(long permits, Duration period, long burst) {
        this.permits = permits;
        this.period = period;
        this.burst = burst;
    }

    /**
     * Returns the same rate with another burst. The default is 1: no two calls closer than the rate allows.
     *
     * @param tokens how many tokens the full bucket holds, 1 to 1 000 000 000
     * @return a new bucket
     * @throws IllegalArgumentException if the value is out of its range
     */
    public TokenBucket burst(long tokens) {
        return new TokenBucket(permits, period, Ranges.permits(tokens));
    }

    /**
     * Returns how many tokens come in a period.
     *
     * @return the number of tokens
     */
    public long permits() {
        return permits;
    }

    /**
     * Returns the period.
     *
     * @return its length
     */
    public Duration period() {
        return period;
    }

    /**
     * Returns how many tokens the full bucket holds.
     *
     * @return the number of tokens
     */
    public long burst() {
        return burst;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenBucket same
                && same.permits == permits
                && same.period.equals(period)
                && same.burst == burst;
    }

    @Override
    public int hashCode() {
        return Objects.hash(permits, period, burst);
    }

    @Override
    public String toString() {
        return permits + " per " + period + ", burst " + burst;
    }
}
