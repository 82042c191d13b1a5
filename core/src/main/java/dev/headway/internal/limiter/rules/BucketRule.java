package dev.headway.internal.limiter.rules;

import dev.headway.ScopeSnapshot;
import dev.headway.TokenBucket;
import java.math.BigInteger;
import java.util.concurrent.TimeUnit;

/**
 * A told rate and burst, in whole nanoseconds and without drift.
 *
 * <p>The state is the virtual time at which the bucket was empty, {@code zero + rest / tokens}; a call of cost c moves it by
 * {@code c × period / tokens}. The bucket is charged when a call goes, not when it asks.
 *
 * <p>The server's bucket must hold what jitter bunches together, so ours is smaller by rate × J. A bucket of 1 can not be
 * smaller: without a burst, calls keep a distance from the last one that really went, a few percent longer than the rate's.
 */
public final class BucketRule implements Rule {

    private static final double SINGLE_MARGIN = 1.04;

    /** About 73 years; sums of two of them still fit. */
    private static final long FAR = Long.MAX_VALUE / 4;

    private final TokenBucket told;
    private final boolean single;
    private final long tokens;
    private final long period;
    private final long burst;
    /** {@code burst × period / tokens}, rounded up, and what the rounding added, in 1/tokens of a nanosecond. */
    private final long fillTime;

    private final long fillRest;
    /** By how much a late timer may bank more than the bucket holds; part of J. */
    private final long tolerance;

    private long zero;
    private long rest;
    private long lastFull = -FAR;

    public BucketRule(TokenBucket told) {
        this.told = told;
        long wholePeriod = told.period().toNanos();
        long jitter = Jitter.of(wholePeriod);
        single = told.burst() == 1;
        if (single) {
            wholePeriod = (long) (wholePeriod * SINGLE_MARGIN);
        }
        BigInteger divisor = BigInteger.valueOf(told.permits()).gcd(BigInteger.valueOf(wholePeriod));
        tokens = told.permits() / divisor.longValueExact();
        period = wholePeriod / divisor.longValueExact();
        long bunched = (long) Math.ceil(jitter * (double) tokens / period);
        burst = Math.max(1, Math.min(told.burst() - bunched, mostBefore(FAR)));
        tolerance = single ? 0 : jitter / 4;
        BigInteger fill = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(period));
        BigInteger[] parts = fill.divideAndRemainder(BigInteger.valueOf(tokens));
        boolean exact = parts[1].signum() == 0;
        fillTime = parts[0].longValueExact() + (exact ? 0 : 1);
        fillRest = exact ? 0 : tokens - parts[1].longValueExact();
        zero = -FAR;
    }

    /** Whether it holds no burst. */
    public boolean single() {
        return single;
    }

    /** In how many parts a nanosecond is counted. */
    public long parts() {
        return tokens;
    }

    /** What a token takes, in parts of a nanosecond. */
    public long period() {
        return period;
    }

    /** How long the empty bucket takes to be full, in nanoseconds. */
    public long fillTime() {
        return fillTime + tolerance;
    }

    /** The same in parts of a nanosecond. */
    public long fill() {
        return fillTime() * tokens - fillRest;
    }

    /** Goes on where a word has come to since this was asked last. */
    public void set(long word, long now) {
        if (full(now)) {
            // It may have been full meanwhile, too.
            lastFull = now;
        }
        zero = Math.floorDiv(word, tokens);
        rest = Math.floorMod(word, tokens);
    }

    /** Holds no more than the other does, neither in tokens nor in time; what that owes is owed here. */
    public void follow(BucketRule old, long now) {
        BigInteger held = old.held(now);
        BigInteger byTokens = floorDivide(held.multiply(BigInteger.valueOf(period)), old.period);
        BigInteger byTime = floorDivide(held.multiply(BigInteger.valueOf(tokens)), old.tokens);
        hold(byTokens.min(byTime), now);
        // What is given back of calls that went before is in it only if the other was not full since.
        lastFull = Math.max(lastFull, old.full(now) ? now : old.lastFull);
    }

    /** Holds no more than that; of calls that went before, nothing is given back. */
    public void holdAtMost(long most, long now) {
        hold(BigInteger.valueOf(Math.max(0, most)).multiply(BigInteger.valueOf(period)), now);
        lastFull = now;
    }

    /** How many tokens are missing until it is full. */
    public long used(long now) {
        return floorDivide(held(now), period)
                .negate()
                .add(BigInteger.valueOf(burst))
                .min(BigInteger.valueOf(FAR))
                .longValueExact();
    }

    /** For those who look on. */
    public ScopeSnapshot.LimitState state(long now) {
        long tokensLeft = floorDivide(held(now), period).max(BigInteger.ZERO).longValueExact();
        return new ScopeSnapshot.LimitState(null, true, told.permits(), told.period(), tokensLeft);
    }

    /** What it holds, in parts of a nanosecond; negative when it owes. */
    private BigInteger held(long now) {
        return full(now)
                ? BigInteger.valueOf(burst).multiply(BigInteger.valueOf(period))
                : BigInteger.valueOf(now - zero)
                        .multiply(BigInteger.valueOf(tokens))
                        .subtract(BigInteger.valueOf(rest));
    }

    private void hold(BigInteger most, long now) {
        BigInteger less = held(now).min(most).max(BigInteger.valueOf(-FAR).multiply(BigInteger.valueOf(tokens)));
        BigInteger empty =
                BigInteger.valueOf(now).multiply(BigInteger.valueOf(tokens)).subtract(less);
        zero = floorDivide(empty, tokens).longValueExact();
        rest = empty.mod(BigInteger.valueOf(tokens)).longValueExact();
        if (full(now)) {
            lastFull = now;
        }
    }

    private static BigInteger floorDivide(BigInteger dividend, long divisor) {
        BigInteger by = BigInteger.valueOf(divisor);
        return dividend.subtract(dividend.mod(by)).divide(by);
    }

    /** Whether there is no debt of days, as a call of a great cost leaves it. */
    public boolean fitsWord(long now) {
        return zero - now < TimeUnit.DAYS.toNanos(1);
    }

    /** The state as a word. */
    public long word(long now) {
        return full(now) ? (now - fillTime - tolerance) * tokens + fillRest : zero * tokens + rest;
    }

    /** Whether a limit of that size in a response header speaks of this bucket. */
    public boolean matches(long limit) {
        return limit == told.burst() || limit == told.permits();
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        // What the bucket never holds goes when it is full, and leaves a debt.
        long wanted = ahead + Math.min(cost, burst);
        boolean full = full(now);
        long empty = full ? now - fillTime - tolerance : zero;
        if (wanted > mostBefore(FAR)) {
            // Only behind a long queue, where a bound is enough.
            return Math.max(now, empty + (long) Math.min((double) FAR, (double) wanted * period / tokens));
        }
        long due = wanted * period + (full ? fillRest : rest);
        return Math.max(now, empty + (due + tokens - 1) / tokens);
    }

    @Override
    public void granted(long now, int cost) {
        if (full(now)) {
            zero = now - fillTime - tolerance;
            rest = fillRest;
            lastFull = now;
        }
        move(Math.min(cost, mostBefore(FAR)) * period);
        // Debts of many calls, of which each is as great as can be, must not overflow.
        zero = Math.min(zero, now + FAR);
    }

    @Override
    public void departed(long now) {
        if (single) {
            drain(now);
        }
    }

    @Override
    public void returned(long grantedAt, int cost) {
        if (lastFull > grantedAt) {
            // The bucket has been full since: the tokens are back already.
            return;
        }
        move(-Math.min(cost, mostBefore(FAR)) * period);
    }

    @Override
    public void adjusted(long grantedAt, long now, int more) {
        if (more > 0) {
            granted(now, more);
        } else {
            returned(grantedAt, -more);
        }
    }

    /** A refusal proves that the server's bucket is empty now. */
    public void drain(long now) {
        if (zero < now) {
            zero = now;
            rest = 0;
        }
    }

    /**
     * The server says what its bucket held when it answered a call sent at that time. Believed only where it is less than ours
     * could be: whole tokens are rounded down, the bucket has refilled since, and what is in flight may be counted already.
     */
    public void sync(long remaining, long sentAt, long now) {
        double refilled = (now - sentAt) * (double) tokens / period;
        long atLeast = now - (long) ((Math.max(0, remaining) + 1 + refilled) * period / tokens);
        if (zero < atLeast) {
            zero = atLeast;
            rest = 0;
        }
    }

    @Override
    public String toString() {
        return told.toString();
    }

    public boolean full(long now) {
        long floor = now - fillTime - tolerance;
        return zero < floor || (zero == floor && rest < fillRest);
    }

    private void move(long parts) {
        long sum = parts + rest;
        zero += Math.floorDiv(sum, tokens);
        rest = Math.floorMod(sum, tokens);
    }

    /** How many tokens come in that time at least, without overflow. */
    private long mostBefore(long nanos) {
        return (nanos - tokens) / period;
    }
}
