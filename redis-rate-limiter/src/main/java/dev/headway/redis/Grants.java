package dev.headway.redis;

import dev.headway.Permit;

/** Who goes: the first in the line, when enough numbers have come due, or when its process alone may. Under the lock of the scope. */
final class Grants {

    private final Line line;
    private final Numbers numbers;
    private final Heard heard;
    private final Report report;
    private final Flights flights;
    private final SharedBudget budget;
    private final Alone alone;
    private final FairPart fair;
    private final News news;

    Grants(
            Line line,
            Numbers numbers,
            Heard heard,
            Report report,
            Flights flights,
            SharedBudget budget,
            Alone alone,
            FairPart fair,
            News news) {
        this.line = line;
        this.numbers = numbers;
        this.heard = heard;
        this.report = report;
        this.flights = flights;
        this.budget = budget;
        this.alone = alone;
        this.fair = fair;
        this.news = news;
    }

    /** Lets go whoever may, while nobody goes before a time. */
    void pump(long closedUntil, long now) {
        boolean closed = closedUntil > now;
        numbers.arrive(now);
        if (!closed) {
            byNumbers(now);
        }
        if (closed || line.isEmpty()) {
            numbers.dropArrived();
        }
        if (alone.isNow()) {
            goAlone(closedUntil, now);
        }
    }

    private void byNumbers(long now) {
        while (mayBegin(now)) {
            RedisPermit next = numbers.next(line, heard.looking());
            if (next == null) {
                return;
            }
            grant(next, now);
        }
    }

    private boolean mayBegin(long now) {
        return heard.tellsLimit() || flights.mayBegin(now);
    }

    long earliestAlone(long closedUntil, long now) {
        return alone.earliest(Math.max(now, closedUntil), now);
    }

    private void goAlone(long closedUntil, long now) {
        for (RedisPermit next = line.first();
                next != null && earliestAlone(closedUntil, now) <= now;
                next = line.first()) {
            alone.grantedAlone(next.cost, now);
            report.wentBesides(alone.counts() ? next.cost : 0);
            next.epoch = heard.epoch();
            grant(next, now);
        }
    }

    private void grant(RedisPermit permit, long now) {
        permit.grantedAt = now;
        // What goes without the engine is not in its log.
        permit.late = flights.began(now) && !alone.isNow();
        alone.granted(permit.cost);
        fair.granted(permit.cost, now);
        budget.called();
        news.goes();
        line.leave(permit, Permit.State.GRANTED);
    }

    /** When somebody may go next, if no number comes meanwhile. */
    long next(long closedUntil, long now) {
        long time = numbers.nextDue();
        if (alone.isNow()) {
            time = Math.min(time, earliestAlone(closedUntil, now));
        }
        // What came due while too many were on their way.
        return mayBegin(now) ? time : Math.min(time, flights.patientUntil());
    }
}
