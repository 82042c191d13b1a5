package dev.headway.internal.limiter;

import dev.headway.Quota;

/** A told quota: no more than L in any W + J, which is safe for fixed and sliding windows of every phase. */
final class QuotaRule implements Rule {

    private final SendLog log;
    private boolean reused;

    QuotaRule(Quota told) {
        long window = told.window().toNanos();
        log = new SendLog(told.permits(), window + Jitter.of(window));
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        return log.earliest(now, ahead + cost);
    }

    @Override
    public void granted(long now, int cost) {
        log.add(now, cost);
    }

    @Override
    public void returned(long grantedAt, int cost) {
        log.remove(grantedAt, cost);
    }

    long limit() {
        return log.limit();
    }

    SendLog log() {
        return log;
    }

    /**
     * Whether the quota is about to be used a second time, which is looked at before it is believed: a server that counts
     * otherwise would refuse the whole of it (rule 2.3). True once.
     */
    boolean firstReuse() {
        boolean first = !reused;
        reused = true;
        return first;
    }
}
