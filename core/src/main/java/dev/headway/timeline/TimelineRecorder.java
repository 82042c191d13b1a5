package dev.headway.timeline;

import dev.headway.HeadwayListener;
import dev.headway.Limit;
import dev.headway.Scope;
import dev.headway.spi.TimeSource;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Listens to a Headway and shows the run as a timeline: {@link #html} makes a page that needs no other file and no network,
 * {@link #svg} a picture. Each lane shows what its calls waited for, which attempts were accepted, refused or failed, when the
 * gate was closed, and the limit, told and learned, over time.
 *
 * <p>A scope is a lane, its {@linkplain Scope#part parts} are in that of the whole; {@link #lane} makes lanes by name. A call
 * is shown once it has ended, and not where it was cancelled. Of calls only scopes are kept, never addresses.
 *
 * <p>Thread-safe. Memory is bounded: the newest attempts and waits are kept, a number that is given; the newest 256 pauses and limits of
 * a lane; and 50 lanes, the last of which takes all further ones. The totals are those of the whole run.
 */
public final class TimelineRecorder implements HeadwayListener {

    /** How many attempts and waits are kept unless a number is given. */
    public static final int DEFAULT_PARTS = 20_000;

    static final int MAX_LANES = 50;
    static final int MAX_NAME = 200;

    /** So many of a call are shown. */
    private static final int MAX_PARTS_OF_A_CALL = 256;

    private static final String OTHERS = "all others";

    private final TimeSource time;
    private final int maxParts;
    private final long begin;
    private final Instant beginIs;

    private final Object lock = new Object();
    private final Map<String, LaneLog> named = new LinkedHashMap<>();
    private final Map<String, LaneLog> ofScopes = new LinkedHashMap<>();
    private final LaneLog others = new LaneLog(OTHERS);
    private final List<Track.Told> told = new ArrayList<>();
    private final Deque<Kept> kept = new ArrayDeque<>();
    private int parts;

    private record Kept(LaneLog lane, Call call) {}

    /**
     * Returns a recorder on the machine's clock that keeps {@link #DEFAULT_PARTS}.
     *
     * @return a new recorder
     */
    public static TimelineRecorder create() {
        return of(TimeSource.system(), DEFAULT_PARTS);
    }

    /**
     * Returns a recorder.
     *
     * @param time the clock of the Headway that it listens to
     * @param maxParts how many attempts and waits are kept, 1 to 1 000 000; each takes some 50 bytes
     * @return a new recorder
     * @throws IllegalArgumentException if the number is out of its range
     */
    public static TimelineRecorder of(TimeSource time, int maxParts) {
        if (maxParts < 1 || maxParts > 1_000_000) {
            throw new IllegalArgumentException("maxParts must be from 1 to 1000000, not " + maxParts);
        }
        return new TimelineRecorder(Objects.requireNonNull(time, "time"), maxParts);
    }

    private TimelineRecorder(TimeSource time, int maxParts) {
        this.time = time;
        this.maxParts = maxParts;
        this.begin = time.nanoTime();
        this.beginIs = time.instant();
    }

    // ---- what is recorded

    /**
     * Returns a listener whose events all go into one lane, whatever their scopes: for a comparison of several runs. The time
     * of such a lane begins with its own first call.
     *
     * @param name shown above the lane; the same name is the same lane
     * @return a thread-safe listener
     */
    public Lane lane(String name) {
        Objects.requireNonNull(name, "name");
        synchronized (lock) {
            return new Lane(log(named, name));
        }
    }

    /**
     * Says which limits the Headway was given, from now on, to be drawn as a line in the lane of each scope. Events do not tell
     * it.
     *
     * @param limits all that hold together; none where there is none any more
     */
    public void told(Limit... limits) {
        Track.Told event = new Track.Told(now(), List.of(limits));
        synchronized (lock) {
            told.add(event);
            if (told.size() > LaneLog.MAX_EVENTS) {
                told.remove(0);
            }
        }
    }

    @Override
    public void gateClosed(GateEvent event) {
        long now = now();
        synchronized (lock) {
            closed(log(event.scope()), event, now);
        }
    }

    @Override
    public void gateOpened(Scope scope) {
        long now = now();
        synchronized (lock) {
            log(scope).opened(name(scope), now);
        }
    }

    @Override
    public void limitLearned(LimitEvent event) {
        long now = now();
        synchronized (lock) {
            log(event.scope()).learned(now, name(event.scope()), event.limit());
        }
    }

    @Override
    public void done(DoneEvent event) {
        Call call = call(event);
        synchronized (lock) {
            add(log(event.call().scope()), event, call);
        }
    }

    /** A lane that has a name. Thread-safe; obtained from {@link TimelineRecorder#lane}. */
    public final class Lane implements HeadwayListener {

        private final LaneLog log;

        private Lane(LaneLog log) {
            this.log = log;
        }

        /**
         * Says which limits the Headway of this lane was given, from now on.
         *
         * @param limits all that hold together; none where there is none any more
         */
        public void told(Limit... limits) {
            long now = now();
            synchronized (lock) {
                log.told(now, List.of(limits));
            }
        }

        @Override
        public void gateClosed(GateEvent event) {
            long now = now();
            synchronized (lock) {
                closed(log, event, now);
            }
        }

        @Override
        public void gateOpened(Scope scope) {
            long now = now();
            synchronized (lock) {
                log.opened(name(scope), now);
            }
        }

        @Override
        public void limitLearned(LimitEvent event) {
            long now = now();
            synchronized (lock) {
                log.learned(now, name(event.scope()), event.limit());
            }
        }

        @Override
        public void done(DoneEvent event) {
            Call call = call(event);
            synchronized (lock) {
                add(log, event, call);
            }
        }
    }

    private long now() {
        return time.nanoTime() - begin;
    }

    private Call call(DoneEvent event) {
        return Call.of(event.trace(), now());
    }

    private void add(LaneLog lane, DoneEvent event, Call call) {
        lane.count(call, event.trace().gaveUp().isPresent());
        Call shown = call.cut(Math.min(maxParts, MAX_PARTS_OF_A_CALL));
        kept.addLast(new Kept(lane, shown));
        parts += size(shown);
        while (parts > maxParts) {
            Kept oldest = kept.removeFirst();
            oldest.lane().drop();
            parts -= size(oldest.call());
        }
    }

    /** A call that nothing happened in takes room as well. */
    private static int size(Call call) {
        return Math.max(1, call.parts().size());
    }

    private static void closed(LaneLog lane, GateEvent event, long now) {
        lane.closed(name(event.scope()), now, now + event.length().toNanos());
    }

    private LaneLog log(Scope scope) {
        Scope whole = scope;
        for (Scope next = scope.whole(); next != null; next = next.whole()) {
            whole = next;
        }
        return log(ofScopes, whole.name());
    }

    private LaneLog log(Map<String, LaneLog> lanes, String name) {
        String shown = Markup.cut(name, MAX_NAME);
        LaneLog known = lanes.get(shown);
        if (known != null) {
            return known;
        }
        if (named.size() + ofScopes.size() >= MAX_LANES - 1) {
            return others;
        }
        LaneLog added = new LaneLog(shown);
        lanes.put(shown, added);
        return added;
    }

    private static String name(Scope scope) {
        return Markup.cut(scope.name(), MAX_NAME);
    }

    // ---- what is shown

    /**
     * Returns what has been recorded as a page: UTF-8, one file, without scripts, and without anything to load; light or dark as
     * the reader prefers. May be called at any time, and again.
     *
     * @param title the heading
     * @return an HTML document, the same for the same events
     */
    public String html(String title) {
        return Page.of(Objects.requireNonNull(title, "title"), tracks());
    }

    /**
     * Returns what has been recorded as a picture; light or dark as the reader prefers. May be called at any time, and again.
     *
     * @param title the heading
     * @return an SVG document, the same for the same events
     */
    public String svg(String title) {
        return Picture.of(Objects.requireNonNull(title, "title"), tracks());
    }

    private List<Track> tracks() {
        long now = now();
        synchronized (lock) {
            Map<LaneLog, List<Call>> calls = new HashMap<>();
            kept.forEach(each -> calls.computeIfAbsent(each.lane(), lane -> new ArrayList<>())
                    .add(each.call()));
            List<LaneLog> scopes = new ArrayList<>(ofScopes.values());
            if (named.size() + ofScopes.size() >= MAX_LANES - 1) {
                scopes.add(others);
            }
            // Scopes share one clock, so that one sees what happened at the same time.
            OptionalLong ofCalls = scopes.stream()
                    .flatMap(lane -> calls.getOrDefault(lane, List.of()).stream())
                    .mapToLong(Call::began)
                    .min();
            // A pause of last week, whose calls are not kept any more, must not stretch the hour that is.
            OptionalLong shared = ofCalls.isPresent()
                    ? ofCalls
                    : scopes.stream()
                            .flatMapToLong(lane -> first(lane, calls).stream())
                            .min();
            List<Track> tracks = new ArrayList<>();
            for (LaneLog lane : named.values()) {
                tracks.add(track(lane, calls, first(lane, calls).orElse(now), now, List.of()));
            }
            for (LaneLog lane : scopes) {
                tracks.add(track(lane, calls, shared.orElse(now), now, told));
            }
            return tracks;
        }
    }

    private static OptionalLong first(LaneLog lane, Map<LaneLog, List<Call>> calls) {
        return lane.first(calls.getOrDefault(lane, List.of()));
    }

    private Track track(LaneLog lane, Map<LaneLog, List<Call>> calls, long zero, long now, List<Track.Told> toldToAll) {
        return lane.track(calls.getOrDefault(lane, List.of()), zero, beginIs.plusNanos(zero), now, toldToAll);
    }
}
