package dev.headway.testkit;

import java.util.function.LongUnaryOperator;

/** So many requests in each of a row of windows. */
final class ServerWindow implements ServerQuota {

    private final long limit;
    private final LongUnaryOperator endOfWindowAt;
    private long end;
    private long count;

    ServerWindow(long limit, LongUnaryOperator endOfWindowAt) {
        this.limit = limit;
        this.endOfWindowAt = endOfWindowAt;
    }

    @Override
    public Verdict judge(long now) {
        if (now >= end) {
            end = endOfWindowAt.applyAsLong(now);
            count = 0;
        }
        boolean accepted = count < limit;
        if (accepted) {
            count++;
        }
        return new Verdict(accepted, limit, limit - count, end - now);
    }
}
