package dev.headway.internal.limiter;

/**
 * A limit that is no longer told, beside one of another kind that is told instead. A bucket does not know when calls went, and a
 * window not how fast a bucket fills: so for the first window or fill of the new both hold.
 */
final class Former implements Rule {

    private final Rule rule;
    private final long until;

    Former(Rule rule, long until) {
        this.rule = rule;
        this.until = until;
    }

    boolean over(long now) {
        return now >= until;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        return over(now) ? now : Math.min(until, rule.earliest(now, ahead, cost));
    }

    @Override
    public void granted(long now, int cost) {
        rule.granted(now, cost);
    }

    @Override
    public void left(long now) {
        rule.left(now);
    }

    @Override
    public void returned(long grantedAt, int cost) {
        rule.returned(grantedAt, cost);
    }

    @Override
    public void settled(long grantedAt, long now, int more) {
        rule.settled(grantedAt, now, more);
    }
}
