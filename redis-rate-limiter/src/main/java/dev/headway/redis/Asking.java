package dev.headway.redis;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the engine is asked, and for what: one question at a time, for as many numbers as calls wait, and about those that may come
 * due soon. Under the lock of the scope.
 */
final class Asking {

    /** So many numbers are asked for at once, and never more than wait. */
    private static final int LEASE = 64;

    /** So many where nobody has waited for the limit lately: nobody stands behind them. */
    private static final int WIDE_LEASE = 256;

    /** With so many in hand there is time to ask for more when these are looked at again. */
    private static final int PLENTY = LEASE / 4;

    /** So long before a number may come due, its moment is asked for. */
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long ASK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
    /** Where numbers may come sooner than was said, they are asked about so often, as the engine tells their moments for a while only. */
    private static final long MIXED = TimeUnit.MILLISECONDS.toNanos(400);

    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(10);
    /** Where the limit is reached, calls are gathered for so long before numbers are asked for: none of them could go sooner. */
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(5);

    /** What is known of a scope may be so old when a part of it asks. */
    private static final long OLD = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_GATHER = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long CONTENDED = TimeUnit.SECONDS.toNanos(10);

    private final Breaker breaker;
    private final Line line;
    private final Numbers numbers;
    private final Heard heard;
    private final Report report;
    private final Flights flights;
    private final SharedBudget budget;
    private final Alone alone;
    private final FairPart fair;
    private final News news;
    private boolean underWay;
    private boolean refreshes;
    private long notBefore;
    private long contendedUntil;

    Asking(
            Breaker breaker,
            Line line,
            Numbers numbers,
            Heard heard,
            Report report,
            Flights flights,
            SharedBudget budget,
            Alone alone,
            FairPart fair,
            News news) {
        this.breaker = breaker;
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

    boolean isUnderWay() {
        return underWay;
    }

    /** Somebody wants to know whether there is a pause. */
    void refresh(long now) {
        refreshes = !underWay && !alone.isNow() && now - heard.at() > OLD;
    }

    /** What to ask now; null for nothing. */
    @Nullable Question begin(long places, long now) {
        if (next(now) > now || (alone.isNow() && !breaker.look(now))) {
            return null;
        }
        underWay = true;
        refreshes = false;
        long calls = budget.newCalls();
        long resends = budget.newResends();
        budget.reported(calls, resends);
        List<long[]> givenUp = numbers.giveUp(line);
        return new Question(
                numbers.leases(), givenUp, line.wanted(wanted(now), numbers), report.told(now), calls, resends, places);
    }

    /** When it is asked next, if nothing happens until then. */
    long next(long now) {
        // What dear calls have left holds all others, in every process.
        boolean givesUp = line.isEmpty() && numbers.holdDear() && !alone.isNow();
        boolean reports = givesUp || refreshes || report.isUrgent(now, line.isEmpty());
        if (underWay) {
            return Time.NEVER;
        }
        if (line.isEmpty() && !reports && report.waitsUntil() == Time.NEVER) {
            return Time.NEVER;
        }
        if (alone.isNow()) {
            return Math.max(notBefore, breaker.nextChange(now));
        }
        if (reports) {
            return notBefore;
        }
        long time = line.isEmpty() ? Time.NEVER : nextForNumbers(now);
        return Math.max(notBefore, Math.min(time, report.waitsUntil()));
    }

    private long nextForNumbers(long now) {
        // First: what is over is not in hand any more.
        long open = numbers.nextOpen(now);
        long wanted = wanted(now);
        long time = open == Time.NEVER ? open : Math.max(open - LEAD, heard.at() + ASK_AGAIN);
        if (open != Time.NEVER && heard.mixed()) {
            time = Math.min(time, heard.at() + MIXED);
        }
        if (wanted > 0 && (numbers.count() < PLENTY || !numbers.areComing())) {
            boolean gathers = now < contendedUntil && wanted < LEASE;
            long gather = Math.min(LONGEST_GATHER, Math.max(GATHER, (heard.nextFree() - now) / 8));
            time = Math.min(time, gathers ? heard.at() + gather : now);
        }
        return hasItsPart(now) ? Math.min(time, fair.until()) : time;
    }

    /** How many numbers may be asked for now. */
    private long wanted(long now) {
        if (line.isEmpty() || alone.isNow()) {
            return 0;
        }
        boolean wide = now >= contendedUntil && !heard.nothingYet();
        long missing = line.missing(numbers, wide ? WIDE_LEASE : LEASE);
        long mayGo = heard.tellsLimit() ? missing : Math.min(missing, flights.room(now));
        return Math.max(0, fair.of(mayGo, numbers.count(), now));
    }

    /** When a call may go at the soonest for which there is no number in hand. */
    long soonest(long now) {
        return hasItsPart(now) ? Math.max(heard.nextFree(), fair.until()) : heard.nextFree();
    }

    /** Whether it has to leave the others theirs now. */
    private boolean hasItsPart(long now) {
        return now < fair.until() && fair.of(1, numbers.count(), now) == 0;
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
        news.learned(heard.rate());
        fair.heard(heard.nextFree(), reply.processes, now);
        budget.told(reply.calls, reply.resends, now);
        alone.heard(heard.numbers(), now);
        report.isKnown(question.told());
        numbers.told(reply.leases, reply.first, question.wanted(), heard.epoch(), now);
    }
}
