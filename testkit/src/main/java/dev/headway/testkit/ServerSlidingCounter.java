package dev.headway.testkit;

import java.math.BigInteger;

/** So many requests in a window up to now, of which the count of the window before is taken to be spread evenly. */
final class ServerSlidingCounter implements ServerQuota {

    private final long limit;
    private final long window;
    private boolean began;
    private long end;
    private long before;
    private long count;

    ServerSlidingCounter(long limit, long window) {
        this.limit = limit;
        this.window = window;
    }

    @Override
    public Verdict judge(long now) {
        turnTo(now);
        long covered = end - now;
        long old = ceilDiv(before, covered, window);
        boolean accepted = old + count < limit;
        if (accepted) {
            count++;
        }
        long remaining = limit - old - count;
        return new Verdict(accepted, limit, remaining, nanosTo(limit - remaining - 1, covered));
    }

    private void turnTo(long now) {
        if (!began) {
            began = true;
            end = now + window;
        } else if (now >= end) {
            long windows = (now - end) / window + 1;
            before = windows == 1 ? count : 0;
            count = 0;
            end += windows * window;
        }
    }

    /** Time until no more than so many are counted: within this window, or, when the present count is too high, in the next. */
    private long nanosTo(long counted, long covered) {
        if (counted >= count) {
            return covered - floorDiv(counted - count, window, before);
        }
        return covered + window - floorDiv(counted, window, count);
    }

    private static long ceilDiv(long a, long b, long divisor) {
        BigInteger[] parts = product(a, b).divideAndRemainder(BigInteger.valueOf(divisor));
        return parts[0].longValueExact() + parts[1].signum();
    }

    private static long floorDiv(long a, long b, long divisor) {
        return product(a, b).divide(BigInteger.valueOf(divisor)).longValueExact();
    }

    private static BigInteger product(long a, long b) {
        return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
    }
}
