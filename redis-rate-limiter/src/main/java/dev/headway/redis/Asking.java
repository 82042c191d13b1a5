package dev.headway.redis;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the engine is asked, and for what: one question at a time, for as many numbers as calls wait, and about those that may come
 * due soon. Under the lock of the scope.
 */
final class Asking {

    /** So many numbers are asked for at once, and never more than wait. */
    private static final int LEASE = 64;

    /** With so many in hand there is time to ask for more when these are looked at again. */
    private static final int PLENTY = LEASE / 4;

    /** So long before a number may come due, its moment is asked for. */
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long ASK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(10);
    /** Where the limit is reached, calls are gathered for so long before numbers are asked for: none of them could go sooner. */
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST_GATHER = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long CONTENDED = TimeUnit.SECONDS.toNanos(10);

    private final RedisRateLimiter shared;
    private final Line line;
    private final Numbers numbers;
    private final Heard heard;
    private final Report report;
    private final Flights flights;
    private final SharedBudget budget;
    private final Alone alone;
    private boolean underWay;
    private long notBefore;
    private long contendedUntil;

    Asking(
            RedisRateLimiter shared,
            Line line,
            Numbers numbers,
            Heard heard,
            Report report,
            Flights flights,
            SharedBudget budget,
            Alone alone) {
        this.shared = shared;
        this.line = line;
        this.numbers = numbers;
        this.heard = heard;
        this.report = report;
        this.flights = flights;
        this.budget = budget;
        this.alone = alone;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** What to ask now; null for nothing. */
    @Nullable Question begin(long places, long now) {
        if (next(now) > now || (alone.isNow() && !shared.breaker().look(now))) {
            return null;
        }
        underWay = true;
        long calls = budget.newCalls();
        long resends = budget.newResends();
        budget.reported(calls, resends);
        return new Question(numbers.leases(), wanted(now), report.told(now), calls, resends, places);
    }

    /** When it is asked next, if nothing happens until then. */
    long next(long now) {
        boolean reports = report.isUrgent(now, line.isEmpty());
        if (underWay || (line.isEmpty() && !reports)) {
            return Time.NEVER;
        }
        if (alone.isNow()) {
            return Math.max(notBefore, shared.breaker().nextChange(now));
        }
        return reports ? notBefore : Math.max(notBefore, nextForNumbers(wanted(now), now));
    }

    private long nextForNumbers(long wanted, long now) {
        long open = numbers.nextOpen(now);
        long time = open == Time.NEVER ? open : Math.max(open - LEAD, heard.at() + ASK_AGAIN);
        if (wanted > 0 && (numbers.count() < PLENTY || !numbers.areComing())) {
            boolean gathers = now < contendedUntil && wanted < LEASE;
            long gather = Math.min(LONGEST_GATHER, Math.max(GATHER, (heard.nextFree() - now) / 8));
            time = Math.min(time, gathers ? heard.at() + gather : now);
        }
        return time;
    }

    private long wanted(long now) {
        if (line.isEmpty() || alone.isNow()) {
            return 0;
        }
        long missing = Math.min(line.cost() - numbers.count(), Math.max(LEASE, line.first().cost));
        return Math.max(0, heard.tellsLimit() ? missing : Math.min(missing, flights.room(now)));
    }

    /** There is no answer, or none of ours. */
    void failed(Question question, long now) {
        underWay = false;
        notBefore = now + AFTER_FAILURE;
        budget.reported(-question.calls(), -question.resends());
    }

    void answered(Question question, Reply reply, long now) {
        underWay = false;
        notBefore = 0;
        if (reply.epoch != heard.epoch()) {
            report.forgetAccepted();
            if (!heard.nothingYet()) {
                flights.beginAgain();
            }
        }
        heard.take(reply, now);
        if (heard.nextFree() > 0) {
            contendedUntil = now + CONTENDED;
        }
        budget.told(reply.calls, reply.resends, now);
        alone.heard(heard.numbers(), now);
        report.isKnown(question.told());
        numbers.told(reply.leases, heard.epoch(), now);
    }
}
