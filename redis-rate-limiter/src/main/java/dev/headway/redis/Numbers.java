package dev.headway.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The numbers that the engine has given to this process and that nobody has used yet. A call owns none: whoever is first in the
 * line takes the next that comes due, so a call that leaves loses nothing. Under the lock of the scope.
 */
final class Numbers {

    /** What has no moment so long after it could have had one is not asked about any more. */
    private static final long OVER = TimeUnit.MILLISECONDS.toNanos(500);

    /** Those that have their moment. */
    private static final class Due {
        private long number;
        private long count;
        private long at;
        private final long spacing;
        private final long epoch;

        Due(Reply.Run run, long epoch, long now) {
            number = run.first();
            count = run.count();
            at = now + Time.nanos(run.due());
            spacing = Time.nanos(run.spacing());
            this.epoch = epoch;
        }

        /** How many are due at that time. */
        long until(long time) {
            if (time < at) {
                return 0;
            }
            return spacing == 0 ? count : Math.min(count, (time - at) / spacing + 1);
        }

        void skip(long taken) {
            number += taken;
            count -= taken;
            at += taken * spacing;
        }
    }

    /** Those that have none yet. */
    private record Open(long first, long count, long at) {}

    private final long lateness;
    private final ArrayDeque<Due> due = new ArrayDeque<>();
    private List<Open> open = new ArrayList<>();

    /** How many have come due and are not enough yet for the first in the line; the last of them. */
    private long credit;

    /** Until when what has come due last is worth something. */
    private long freshUntil = -Time.NEVER;

    private long creditNumber;
    private long creditEpoch;

    /**
     * None.
     *
     * @param lateness so long after its moment a number is worth nothing
     */
    Numbers(long lateness) {
        this.lateness = lateness;
    }

    // ---- what the engine says

    void told(List<Reply.Leased> leases, long epoch, long now) {
        List<Open> still = new ArrayList<>(leases.size());
        for (Reply.Leased leased : leases) {
            for (Reply.Run run : leased.runs()) {
                due.addLast(new Due(run, epoch, now));
            }
            if (leased.open() > 0) {
                still.add(new Open(leased.next(), leased.open(), now + Time.nanos(leased.due())));
            }
        }
        open = still;
    }

    /** What is to be asked about: first number, and how many. */
    List<long[]> leases() {
        List<long[]> leases = new ArrayList<>(open.size());
        for (Open each : open) {
            leases.add(new long[] {each.first(), each.count()});
        }
        return leases;
    }

    /** When the first of them may come due that have no moment yet; {@link Time#NEVER} where there is none. */
    long nextOpen(long now) {
        open.removeIf(lease -> lease.at() < now - OVER);
        return open.isEmpty() ? Time.NEVER : open.get(0).at();
    }

    /** When the next comes due; {@link Time#NEVER} where none has its moment. */
    long nextDue() {
        Due first = due.peekFirst();
        return first == null ? Time.NEVER : first.at;
    }

    /** Whether there is any that has not come due. */
    boolean areComing() {
        return !due.isEmpty() || !open.isEmpty();
    }

    long count() {
        long sum = credit;
        for (Due each : due) {
            sum += each.count;
        }
        for (Open each : open) {
            sum += each.count();
        }
        return sum;
    }

    // ---- who goes

    /**
     * Takes in what has come due of the next; there must be some.
     *
     * @param cost what the first in the line takes; 0 where nobody may go, so that they are lost
     */
    void arrive(long now, int cost) {
        Due first = due.getFirst();
        long arrived = first.until(now);
        long late = first.until(now - lateness - 1);
        // What is late goes only together with what is not.
        credit += cost == 0 ? 0 : arrived - late + Math.min(late, Math.max(0, cost - 1 - credit));
        if (arrived > late) {
            freshUntil = Math.max(freshUntil, first.at + (arrived - 1) * first.spacing + lateness);
        }
        creditNumber = first.number + arrived - 1;
        creditEpoch = first.epoch;
        first.skip(arrived);
        if (first.count == 0) {
            due.removeFirst();
        }
    }

    boolean suffice(int cost, long now) {
        if (now > freshUntil) {
            // Whoever they were kept for has left: what is late goes only together with what is not.
            credit = Math.min(credit, cost - 1);
        }
        return credit >= cost;
    }

    /** A call takes what has come due. */
    void spend(RedisPermit permit) {
        credit -= permit.cost;
        permit.number = creditNumber;
        permit.epoch = creditEpoch;
    }

    /** A call that was never sent leaves its own to the next, if there is time. */
    void giveBack(RedisPermit permit, long now) {
        if (now - permit.grantedAt <= lateness) {
            credit += permit.cost;
            freshUntil = Math.max(freshUntil, permit.grantedAt + lateness);
            creditNumber = permit.number;
            creditEpoch = permit.epoch;
        }
    }

    /** Nobody waits for those that have come due. */
    void dropArrived() {
        credit = 0;
    }

    /** There is a pause: what has its moment has a wrong one. */
    void dropMoments() {
        due.clear();
        credit = 0;
    }

    /** Nobody can be asked about the others. */
    void dropOpen() {
        open.clear();
    }

    // ---- who can not go in time

    /** When those in front of a call leave enough for it. */
    final class Forecast {

        private final Iterator<Due> moments = due.iterator();
        private final Iterator<Open> leases = open.iterator();
        private long left = credit;
        private long at;

        Forecast(long notBefore) {
            at = notBefore;
        }

        /** When the next call has what it takes, at the soonest. */
        long next(int cost) {
            left -= cost;
            while (left < 0 && moments.hasNext()) {
                Due run = moments.next();
                left += run.count;
                at = Math.max(at, run.at + Math.max(0, run.count - 1 - Math.max(0, left)) * run.spacing);
            }
            while (left < 0 && leases.hasNext()) {
                Open lease = leases.next();
                left += lease.count();
                at = Math.max(at, lease.at());
            }
            return at;
        }

        /** Whether there are not enough for it yet. */
        boolean exceeded() {
            return left < 0;
        }
    }
}
