package dev.headway.redis;

import dev.headway.Permit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The calls of a scope that wait in this process, in their order. Under the lock of the scope. */
final class Line {

    private static final Calls NONE = new Calls();

    private final News news;
    private final Calls calls = new Calls();

    /** Those that cost more than 1, by what they cost. */
    private final TreeMap<Integer, Calls> dear = new TreeMap<>();

    /** Those that cost 1, where there are others. */
    private @Nullable Calls cheap;

    private long cost;
    private int newcomers;

    /** Not later than the deadline of any. */
    private long soonestDeadline = Time.NEVER;

    /** Not sooner than the deadline of any; exact where {@code latestIsExact}. */
    private long latestDeadline;

    private boolean latestIsExact = true;

    Line(News news) {
        this.news = news;
    }

    void add(RedisPermit permit) {
        if (permit.cost > 1 && cheap == null) {
            cheap = new Calls();
            calls.forEach(cheap::add);
        }
        calls.add(permit);
        if (permit.cost > 1) {
            dear.computeIfAbsent(permit.cost, ignored -> new Calls()).add(permit);
        } else if (cheap != null) {
            cheap.add(permit);
        }
        cost += permit.cost;
        newcomers += permit.turn.again() ? 0 : 1;
        soonestDeadline = Math.min(soonestDeadline, permit.deadline);
        latestDeadline = Math.max(latestDeadline, permit.deadline);
    }

    void leave(RedisPermit permit, Permit.State end) {
        calls.remove(permit);
        if (permit.cost > 1) {
            dear.computeIfPresent(permit.cost, (ignored, same) -> without(same, permit));
        } else if (cheap != null) {
            cheap.remove(permit);
        }
        cost -= permit.cost;
        newcomers -= permit.turn.again() ? 0 : 1;
        if (calls.isEmpty()) {
            cheap = null;
            soonestDeadline = Time.NEVER;
            latestDeadline = 0;
            latestIsExact = true;
        } else if (permit.deadline == latestDeadline) {
            latestIsExact = false;
        }
        permit.become(end);
        news.later(permit.announcement());
    }

    private static @Nullable Calls without(Calls same, RedisPermit permit) {
        same.remove(permit);
        return same.isEmpty() ? null : same;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Null where there is none. */
    @Nullable RedisPermit first() {
        return calls.first();
    }

    int size() {
        return calls.size();
    }

    /** Whether any costs more than 1. */
    boolean holdsDear() {
        return !dear.isEmpty();
    }

    /** How many were never sent. */
    int newcomers() {
        return newcomers;
    }

    private Calls ofCost(int same) {
        if (same > 1) {
            return dear.getOrDefault(same, NONE);
        }
        return cheap == null ? calls : cheap;
    }

    /** How many cost so much. */
    int size(int ofCost) {
        return ofCost(ofCost).size();
    }

    /** The first that costs so much; null where there is none. */
    @Nullable RedisPermit first(int ofCost) {
        return ofCost(ofCost).first();
    }

    /** The first that costs no more; null where there is none. */
    @Nullable RedisPermit firstUpTo(long most) {
        RedisPermit first = first(1);
        for (Calls same :
                dear.headMap((int) Math.min(most, Integer.MAX_VALUE), true).values()) {
            first = Calls.earlier(first, same.first());
        }
        return first;
    }

    /** How many numbers there are too few of in hand, each call taking its own together; so many are enough to know. */
    long missing(Numbers numbers, long enough) {
        if (dear.isEmpty()) {
            return Math.min(enough, cost - numbers.count());
        }
        long missing = Math.max(0, size(1) - numbers.count(1));
        for (Iterator<Map.Entry<Integer, Calls>> each = dear.entrySet().iterator();
                each.hasNext() && missing < enough; ) {
            Map.Entry<Integer, Calls> next = each.next();
            missing += next.getKey() * Math.max(0, next.getValue().size() - numbers.count(next.getKey()));
        }
        return Math.min(enough, missing);
    }

    /**
     * The calls that numbers are asked for: in their order, of those for which there are none in hand.
     *
     * @param most so many numbers, if there is more than one call
     */
    Wanted wanted(long most, Numbers numbers) {
        if (most <= 0 || dear.isEmpty()) {
            return new Wanted(Math.max(0, most), List.of());
        }
        Map<Integer, Long> covered = new HashMap<>();
        List<Wanted.Dear> asked = new ArrayList<>(2);
        long units = 0;
        for (RedisPermit each : calls) {
            long left = covered.computeIfAbsent(each.cost, numbers::count);
            if (left > 0) {
                covered.put(each.cost, left - 1);
            } else if (units > 0 && units + each.cost > most) {
                break;
            } else {
                if (each.cost > 1) {
                    asked.add(new Wanted.Dear(each, units));
                }
                units += each.cost;
            }
        }
        return new Wanted(units, asked);
    }

    /** Whether one of them may have to go before that time. */
    boolean mayBeTooLate(long time) {
        return soonestDeadline < time;
    }

    /**
     * Those that can only go too late, by the numbers in hand.
     *
     * @param forecast of the numbers in hand
     * @param mayBeMore whether there may be other numbers than those, so that who gets none of them is undecided
     * @param nextFree when these come at the soonest
     */
    List<RedisPermit> hopeless(Numbers.Forecast forecast, boolean mayBeMore, long nextFree) {
        List<RedisPermit> hopeless = new ArrayList<>(0);
        soonestDeadline = Time.NEVER;
        for (RedisPermit each : calls) {
            long at = forecast.next(each.cost);
            if (each.deadline < (forecast.exceeded() && mayBeMore ? Math.max(at, nextFree) : at)) {
                hopeless.add(each);
            }
            soonestDeadline = Math.min(soonestDeadline, each.deadline);
        }
        return hopeless;
    }

    /** Whether there are too few numbers in hand for that one. */
    boolean exceeds(RedisPermit permit, Numbers numbers) {
        long left = numbers.count(permit.cost);
        for (RedisPermit each : ofCost(permit.cost)) {
            if (left <= 0 || each.equals(permit)) {
                return left <= 0;
            }
            left--;
        }
        return false;
    }

    /** Those whose time is over, of the first that have come. */
    List<RedisPermit> late(long places, long now) {
        List<RedisPermit> late = new ArrayList<>(0);
        for (RedisPermit each : calls) {
            if (each.deadline < now && each.turn.place() < places) {
                late.add(each);
            }
        }
        return late;
    }

    /** The longest that any of them may wait. */
    long longestWait(long now) {
        if (!latestIsExact) {
            latestDeadline = 0;
            for (RedisPermit each : calls) {
                latestDeadline = Math.max(latestDeadline, each.deadline);
            }
            latestIsExact = true;
        }
        return Math.max(0, latestDeadline - now);
    }
}
