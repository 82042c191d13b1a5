package dev.headway.testkit;

import dev.headway.TokenBucket;
import java.math.BigInteger;

/** A queue that lets one request out at a time, at the rate of a bucket, and refuses what finds it full. */
final class ServerLeakyBucket implements ServerQuota {

    private final ServerBucket places;
    private final BigInteger turn;
    private final BigInteger perNano;
    /** When the next turn is, in nanoseconds times the permits of the rate, so that thirds of a second do not drift. */
    private BigInteger next = BigInteger.ZERO;

    ServerLeakyBucket(TokenBucket bucket) {
        places = new ServerBucket(bucket);
        turn = BigInteger.valueOf(bucket.period().toNanos());
        perNano = BigInteger.valueOf(bucket.permits());
    }

    @Override
    public Verdict judge(long now) {
        Verdict verdict = places.judge(now);
        if (!verdict.accepted()) {
            return verdict;
        }
        BigInteger present = perNano.multiply(BigInteger.valueOf(now));
        BigInteger mine = next.max(present);
        next = mine.add(turn);
        BigInteger wait = mine.subtract(present).add(perNano).subtract(BigInteger.ONE);
        return verdict.heldFor(wait.divide(perNano).longValueExact());
    }
}
