package dev.headway.timeline;

import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.timeline.Track.Learned;
import dev.headway.timeline.Track.Pause;
import dev.headway.timeline.Track.Told;
import dev.headway.timeline.Track.Totals;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a lane keeps while the run goes on, but for its calls. Guarded by the recorder's lock. */
final class LaneLog {

    /** Of pauses, and of limits told and learned: the newest. */
    static final int MAX_EVENTS = 256;

    private final String name;
    private final Deque<Pause> pauses = new ArrayDeque<>();
    private final Deque<Told> told = new ArrayDeque<>();
    private final Deque<Learned> learned = new ArrayDeque<>();
    private final Map<Kind, Long> parts = new EnumMap<>(Kind.class);
    private final Map<Kind, Long> nanos = new EnumMap<>(Kind.class);
    private long calls;
    private long gaveUp;
    private long dropped;

    LaneLog(String name) {
        this.name = name;
    }

    void count(Call call, boolean hasGivenUp) {
        calls++;
        gaveUp += hasGivenUp ? 1 : 0;
        for (Call.Part part : call.parts()) {
            parts.merge(part.kind(), 1L, Long::sum);
            nanos.merge(part.kind(), part.to() - part.from(), Long::sum);
        }
    }

    void drop() {
        dropped++;
    }

    /** A pause that still runs is moved, not joined by another. */
    void closed(String scope, long now, long until) {
        Pause running = takeRunning(scope, now);
        add(pauses, new Pause(scope, running == null ? now : running.from(), until));
    }

    void opened(String scope, long now) {
        Pause running = takeRunning(scope, now);
        if (running != null) {
            add(pauses, new Pause(scope, running.from(), now));
        }
    }

    private @Nullable Pause takeRunning(String scope, long now) {
        for (Iterator<Pause> each = pauses.descendingIterator(); each.hasNext(); ) {
            Pause pause = each.next();
            if (pause.scope().equals(scope)) {
                if (pause.to() <= now) {
                    return null;
                }
                each.remove();
                return pause;
            }
        }
        return null;
    }

    void told(long now, List<Limit> limits) {
        add(told, new Told(now, limits));
    }

    void learned(long now, String scope, LimitHint limit) {
        add(learned, new Learned(now, scope, limit));
    }

    private static <T> void add(Deque<T> events, T event) {
        events.addLast(event);
        if (events.size() > MAX_EVENTS) {
            events.removeFirst();
        }
    }

    /** When the first of what is kept began. */
    OptionalLong first(List<Call> kept) {
        LongStream events = LongStream.concat(
                pauses.stream().mapToLong(Pause::from), learned.stream().mapToLong(Learned::at));
        return kept.isEmpty()
                ? events.min()
                : kept.stream().mapToLong(Call::began).min();
    }

    /** As it is now, on a clock that began at zero. */
    Track track(List<Call> kept, long zero, Instant zeroIs, long now, List<Told> toldToAll) {
        return new Track(
                name,
                zeroIs,
                kept.stream().map(call -> call.since(zero)).toList(),
                pauses.stream()
                        .filter(pause -> pause.to() > zero)
                        .map(pause -> new Pause(
                                pause.scope(), Math.max(0, pause.from() - zero), Math.min(now, pause.to()) - zero))
                        .sorted(Comparator.comparingLong(Pause::from))
                        .toList(),
                Stream.concat(toldToAll.stream(), told.stream())
                        .map(each -> new Told(Math.max(0, each.at() - zero), each.limits()))
                        .toList(),
                learned.stream()
                        .map(each -> new Learned(Math.max(0, each.at() - zero), each.scope(), each.limit()))
                        .toList(),
                new Totals(calls, gaveUp, dropped, Map.copyOf(parts), Map.copyOf(nanos)));
    }
}
