package dev.headway.redis;

import dev.headway.Permit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/** The calls of a scope that wait in this process, in their order. Under the lock of the scope. */
final class Line implements Iterable<RedisPermit> {

    private final TreeSet<RedisPermit> calls = new TreeSet<>(Comparator.comparing(permit -> permit.turn));
    private final News news;
    private long cost;
    private int newcomers;
    private int greatestCost = 1;

    Line(News news) {
        this.news = news;
    }

    void add(RedisPermit permit) {
        calls.add(permit);
        cost += permit.cost;
        newcomers += permit.turn.again() ? 0 : 1;
        greatestCost = Math.max(greatestCost, permit.cost);
    }

    void leave(RedisPermit permit, Permit.State end) {
        calls.remove(permit);
        cost -= permit.cost;
        newcomers -= permit.turn.again() ? 0 : 1;
        if (calls.isEmpty()) {
            greatestCost = 1;
        }
        permit.become(end);
        news.later(permit::announce);
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    RedisPermit first() {
        return calls.first();
    }

    @Override
    public Iterator<RedisPermit> iterator() {
        return calls.iterator();
    }

    int size() {
        return calls.size();
    }

    /** What all of them take. */
    long cost() {
        return cost;
    }

    /** How many were never sent. */
    int newcomers() {
        return newcomers;
    }

    /** The most that any has taken since there was none. */
    int greatestCost() {
        return greatestCost;
    }

    /**
     * Those that can only go too late, by the numbers that those in front of them leave.
     *
     * @param forecast of the numbers in hand
     * @param mayBeMore whether there may be other numbers than those, so that who gets none of them is undecided
     * @param nextFree when these come at the soonest
     */
    List<RedisPermit> hopeless(Numbers.Forecast forecast, boolean mayBeMore, long nextFree) {
        List<RedisPermit> hopeless = new ArrayList<>(0);
        for (RedisPermit each : calls) {
            long at = forecast.next(each.cost);
            each.undecided = forecast.exceeded() && mayBeMore;
            if (each.deadline < (each.undecided ? Math.max(at, nextFree) : at)) {
                hopeless.add(each);
            }
        }
        return hopeless;
    }

    /** Those whose time is over, of the first that have come. */
    List<RedisPermit> late(long places, long now) {
        return calls.stream()
                .filter(each -> each.deadline < now && each.turn.place() < places)
                .toList();
    }

    /** The first, if it takes more than one number and was asked for. */
    List<RedisPermit> tooDear(long places) {
        return calls.stream()
                .limit(1)
                .filter(each -> each.cost > 1 && each.turn.place() < places)
                .toList();
    }

    /** The longest that any of them may wait. */
    long longestWait(long now) {
        long longest = 0;
        for (RedisPermit each : calls) {
            longest = Math.max(longest, each.deadline - now);
        }
        return longest;
    }
}
