package dev.headway.testkit;

import dev.headway.TokenBucket;
import java.math.BigInteger;

/** A token bucket that starts full. */
final class ServerBucket implements ServerQuota {

    private final long burst;
    /** In this unit, a token is as many as its period has nanoseconds, and each nanosecond adds as many as it has permits. */
    private final BigInteger perNano;

    private final BigInteger token;
    private final BigInteger full;
    private BigInteger level;
    private long at;

    ServerBucket(TokenBucket bucket) {
        burst = bucket.burst();
        perNano = BigInteger.valueOf(bucket.permits());
        token = BigInteger.valueOf(bucket.period().toNanos());
        full = token.multiply(BigInteger.valueOf(burst));
        level = full;
    }

    @Override
    public Verdict judge(long now) {
        level = level.add(perNano.multiply(BigInteger.valueOf(now - at))).min(full);
        at = now;
        boolean accepted = level.compareTo(token) >= 0;
        if (accepted) {
            level = level.subtract(token);
        }
        BigInteger[] tokens = level.divideAndRemainder(token);
        return new Verdict(accepted, burst, tokens[0].longValueExact(), nanosFor(token.subtract(tokens[1])));
    }

    private long nanosFor(BigInteger missing) {
        return missing.add(perNano).subtract(BigInteger.ONE).divide(perNano).longValueExact();
    }
}
