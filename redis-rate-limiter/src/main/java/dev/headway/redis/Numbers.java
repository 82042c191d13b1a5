package dev.headway.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that the engine has given to this process and that nobody has used yet. A call owns none: whoever is first in the
 * line takes the next that comes due, of those for calls of its cost, so a call that leaves loses nothing. Under the lock of the scope.
 */
final class Numbers {

    /** What has no moment so long after it could have had one is not asked about any more. */
    private static final long OVER = TimeUnit.MILLISECONDS.toNanos(500);

    /** Those that have their moment: one after another, or together for calls of a greater cost. */
    private static final class Due {
        private int cost;
        private long number;
        private long calls;
        private long at;
        private final long spacing;
        private final long epoch;

        Due(int cost, long number, long calls, long at, long spacing, long epoch) {
            this.cost = cost;
            this.number = number;
            this.calls = calls;
            this.at = at;
            this.spacing = spacing;
            this.epoch = epoch;
        }

        /** For how many calls they are due at that time. */
        long until(long time) {
            if (time < at) {
                return 0;
            }
            return spacing == 0 ? calls : Math.min(calls, (time - at) / spacing + 1);
        }

        long last() {
            return at + (calls - 1) * spacing;
        }

        /** They are for calls of cost 1. */
        void split() {
            calls *= cost;
            cost = 1;
        }

        void skip(long taken) {
            number += taken * cost;
            calls -= taken;
            at += taken * spacing;
        }
    }

    /** Those that have none yet. */
    private record Open(long first, long count, long at) {

        boolean holds(long number) {
            return number >= first && number < first + count;
        }
    }

    private final long lateness;
    private final double together;
    private final ArrayDeque<Due> due = new ArrayDeque<>();
    private List<Open> open = new ArrayList<>();

    /** Of the open ones, those that calls of a greater cost take together: the first number, and how many. */
    private final TreeMap<Long, Integer> dear = new TreeMap<>();

    /** What has come due and nobody has taken yet. */
    private final ArrayDeque<Due> arrived = new ArrayDeque<>(1);

    /** The last that has come due. */
    private long arrivedNumber;

    /**
     * None.
     *
     * @param lateness so long after its moment a number is worth nothing
     * @param together so many may go at once, but for a call that costs more
     */
    Numbers(long lateness, double together) {
        this.lateness = lateness;
        this.together = together;
    }

    // ---- what the engine says

    /**
     * What became of those that were asked about, and of those that were wanted.
     *
     * @param first the first of these; 0 where there are none
     */
    void told(List<Reply.Leased> leases, long first, Wanted wanted, long epoch, long now) {
        if (first > 0) {
            wanted.dear().forEach(each -> dear.put(first + each.place(), each.call().cost));
        }
        List<Open> still = new ArrayList<>(leases.size());
        for (Reply.Leased leased : leases) {
            for (Reply.Run run : leased.runs()) {
                come(run, epoch, now);
            }
            if (leased.open() > 0) {
                still.add(new Open(leased.next(), leased.open(), now + Time.nanos(leased.due())));
            }
        }
        open = still;
        forgetLost();
    }

    private void come(Reply.Run run, long epoch, long now) {
        long at = now + Time.nanos(run.due());
        long next = run.first();
        long end = run.first() + run.count();
        if (run.spacing() == 0 && !dear.isEmpty()) {
            for (Map.Entry<Long, Integer> each :
                    List.copyOf(dear.subMap(next, end).entrySet())) {
                long together = each.getKey();
                if (together >= next && together + each.getValue() <= end) {
                    addDue(1, next, together - next, at, 0, epoch);
                    addDue(each.getValue(), together, 1, at, 0, epoch);
                    next = together + each.getValue();
                }
            }
        }
        addDue(1, next, end - next, at, Time.nanos(run.spacing()), epoch);
    }

    private void addDue(int cost, long number, long calls, long at, long spacing, long epoch) {
        if (calls > 0) {
            due.addLast(new Due(cost, number, calls, at, spacing, epoch));
        }
    }

    /** What the engine does not know any more, or nobody asks about, no call has. */
    private void forgetLost() {
        if (!dear.isEmpty()) {
            dear.keySet().removeIf(first -> open.stream().noneMatch(lease -> lease.holds(first)));
        }
    }

    /** What is to be asked about: first number, and how many. */
    List<long[]> leases() {
        List<long[]> leases = new ArrayList<>(open.size());
        for (Open each : open) {
            leases.add(new long[] {each.first(), each.count()});
        }
        return leases;
    }

    /**
     * Gives up those that nobody in the line waits for, as the engine can pass them: of calls that cost more than one, and the
     * others where such calls have none.
     *
     * @return each the first number, and how many
     */
    List<long[]> giveUp(Line line) {
        List<long[]> given = new ArrayList<>(0);
        if (dear.isEmpty() && !line.holdsDear()) {
            return given;
        }
        // Of a copy: the entries of a tree change when another is removed.
        for (Map.Entry<Long, Integer> each : new TreeMap<>(dear).descendingMap().entrySet()) {
            if (count(each.getValue()) > line.size(each.getValue())) {
                dear.remove(each.getKey());
                take(each.getKey(), each.getValue(), given);
            }
        }
        long spare = count(1) - line.size(1);
        for (int i = open.size() - 1; i >= 0 && spare > 0 && line.holdsDear(); i--) {
            Open lease = open.get(i);
            Map.Entry<Long, Integer> last = dear.floorEntry(lease.first() + lease.count() - 1);
            long from = last == null ? lease.first() : Math.max(lease.first(), last.getKey() + last.getValue());
            long free = Math.min(spare, lease.first() + lease.count() - from);
            if (free > 0) {
                spare -= free;
                take(lease.first() + lease.count() - free, free, given);
            }
        }
        return given;
    }

    private void take(long first, long count, List<long[]> given) {
        given.add(new long[] {first, count});
        List<Open> left = new ArrayList<>(open.size() + 1);
        for (Open each : open) {
            if (each.holds(first)) {
                long behind = each.first() + each.count() - first - count;
                if (first > each.first()) {
                    left.add(new Open(each.first(), first - each.first(), each.at()));
                }
                if (behind > 0) {
                    left.add(new Open(first + count, behind, each.at()));
                }
            } else {
                left.add(each);
            }
        }
        open = left;
    }

    /** When the first of them may come due that have no moment yet; {@link Time#NEVER} where there is none. */
    long nextOpen(long now) {
        if (open.removeIf(lease -> lease.at() < now - OVER)) {
            forgetLost();
        }
        return open.isEmpty() ? Time.NEVER : open.get(0).at();
    }

    /** Whether any of them are for calls that cost more than one. */
    boolean holdDear() {
        return !dear.isEmpty();
    }

    /** When the next comes due; {@link Time#NEVER} where none has its moment. */
    long nextDue() {
        Due first = due.peekFirst();
        return first == null ? Time.NEVER : first.at;
    }

    /** Whether none has its moment, past or to come. */
    boolean nothingDue() {
        return due.isEmpty() && arrived.isEmpty();
    }

    /** When the last comes due that there is, at the soonest; 0 for none. */
    long last() {
        long last = 0;
        for (Due each : due) {
            last = Math.max(last, each.last());
        }
        for (Open each : open) {
            last = Math.max(last, each.at());
        }
        return last;
    }

    /** Whether there is any that has not come due. */
    boolean areComing() {
        return !due.isEmpty() || !open.isEmpty();
    }

    long count() {
        long sum = 0;
        for (Due each : arrived) {
            sum += each.calls * each.cost;
        }
        for (Due each : due) {
            sum += each.calls * each.cost;
        }
        for (Open each : open) {
            sum += each.count();
        }
        return sum;
    }

    /** For how many calls of that cost there are any. */
    long count(int cost) {
        long sum = 0;
        for (Due each : arrived) {
            sum += each.cost == cost ? each.calls : 0;
        }
        for (Due each : due) {
            sum += each.cost == cost ? each.calls : 0;
        }
        for (Open each : open) {
            sum += calls(each, cost);
        }
        return sum;
    }

    private long calls(Open lease, int cost) {
        if (dear.isEmpty()) {
            return cost == 1 ? lease.count() : 0;
        }
        long calls = cost == 1 ? lease.count() : 0;
        for (int each :
                dear.subMap(lease.first(), lease.first() + lease.count()).values()) {
            if (cost == 1) {
                calls -= each;
            } else {
                calls += each == cost ? 1 : 0;
            }
        }
        return calls;
    }

    // ---- who goes

    /** Takes in what has come due; what is late is worth nothing. */
    void arrive(long now) {
        while (!arrived.isEmpty() && arrived.getFirst().at < now - lateness) {
            arrived.removeFirst();
        }
        while (nextDue() <= now) {
            Due first = due.getFirst();
            long came = first.until(now);
            first.skip(Math.min(came, first.until(now - lateness - 1)));
            for (long left = first.until(now); left > 0; left = first.until(now)) {
                long together = first.spacing == 0 ? left : 1;
                arrived.addLast(new Due(first.cost, first.number, together, first.at, 0, first.epoch));
                first.skip(together);
            }
            arrivedNumber = first.number - 1;
            if (first.calls == 0) {
                due.removeFirst();
            }
        }
    }

    /**
     * The first call in the line that something of what has come due is for takes it; null where there is none.
     *
     * @param looking whether one call looks how the server stands, and only one
     */
    @Nullable RedisPermit next(Line line, boolean looking) {
        for (Iterator<Due> each = arrived.iterator(); each.hasNext(); ) {
            Due some = each.next();
            RedisPermit call = line.first(some.cost);
            boolean left = call == null && some.cost > 1;
            if (left) {
                // Whoever they were for has left: they are for the first that they are enough for.
                some.split();
            }
            call = call == null ? line.firstUpTo(some.calls) : call;
            if (call != null) {
                call.number = arrivedNumber;
                call.epoch = some.epoch;
                some.skip(call.cost == some.cost ? 1 : call.cost);
                if (some.calls == 0 || (left && (looking || together < some.calls + call.cost))) {
                    each.remove();
                }
                return call;
            }
        }
        return null;
    }

    /** A call that was never sent leaves its own to the next, if there is time. */
    void giveBack(RedisPermit permit, long now) {
        if (now - permit.grantedAt <= lateness) {
            arrived.addFirst(new Due(permit.cost, permit.number, 1, permit.grantedAt, 0, permit.epoch));
        }
    }

    /** Nobody waits for those that have come due. */
    void dropArrived() {
        arrived.clear();
    }

    /** There is a pause: what has its moment has a wrong one. */
    void dropMoments() {
        due.clear();
        arrived.clear();
    }

    /** Nobody can be asked about the others. */
    void dropOpen() {
        open.clear();
        dear.clear();
    }

    // ---- who can not go in time

    /** When those in front of a call leave enough for it. */
    final class Forecast {

        private final long notBefore;
        private final TreeMap<Integer, OfCost> costs = new TreeMap<>();
        private boolean exceeded;

        Forecast(long notBefore) {
            this.notBefore = notBefore;
        }

        /** When the next call of that cost has what it takes, at the soonest. */
        long next(int cost) {
            OfCost same = costs.computeIfAbsent(cost, OfCost::new);
            long at = same.next();
            exceeded = same.left < 0;
            return at;
        }

        /** Whether there are not enough for it yet. */
        boolean exceeded() {
            return exceeded;
        }

        private final class OfCost {

            private final int cost;
            private final Iterator<Due> moments = due.iterator();
            private final Iterator<Open> leases = open.iterator();
            private long left;
            private long at = notBefore;

            OfCost(int cost) {
                this.cost = cost;
                for (Due each : arrived) {
                    left += each.cost == cost ? each.calls : 0;
                }
            }

            long next() {
                left--;
                while (left < 0 && moments.hasNext()) {
                    Due run = moments.next();
                    if (run.cost == cost) {
                        left += run.calls;
                        at = Math.max(at, run.at + (run.calls - 1 - Math.max(0, left)) * run.spacing);
                    }
                }
                while (left < 0 && leases.hasNext()) {
                    Open lease = leases.next();
                    long calls = calls(lease, cost);
                    left += calls;
                    at = calls > 0 ? Math.max(at, lease.at()) : at;
                }
                return at;
            }
        }
    }
}
