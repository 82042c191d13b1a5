package dev.headway.redis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the engine is told next, and again until an answer shows that it knows. Under the lock of the scope. */
final class Report {

    private static final long NO_EPOCH = -1;

    /** What came late is told so long after its answer at the soonest: others may follow. */
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_GATHER = TimeUnit.SECONDS.toNanos(1);

    /** Told so long before others take its place, the engine knows it when it serves them, 100 ms ahead. */
    private static final long AHEAD = TimeUnit.MILLISECONDS.toNanos(300);

    /** Calls that went so soon after one another are told as one. */
    private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(20);

    /** The shortest time for which a call counts. */
    private final long spanNanos;

    private long pauseUntil;
    private long pauseEpoch = NO_EPOCH;
    private long acceptedEpoch = NO_EPOCH;
    private long besides;
    private boolean back;
    /** What the engine has not been told yet, and may be told now. */
    private final List<Late> late = new ArrayList<>(2);
    /** How many of these are on their way to the engine. */
    private int lateTold;

    private final Map<String, Window> windows = new HashMap<>();

    Report(long spanNanos) {
        this.spanNanos = spanNanos;
    }

    /** A call of that epoch was refused: nobody goes before that time. */
    void pause(long until, long epoch) {
        pauseUntil = Math.max(pauseUntil, until);
        pauseEpoch = Math.max(pauseEpoch, epoch);
    }

    /** The look of that epoch was accepted. */
    void accepted(long epoch) {
        acceptedEpoch = epoch;
    }

    /** There is another epoch now. */
    void forgetAccepted() {
        acceptedEpoch = NO_EPOCH;
    }

    /** So much went without a number. */
    void wentBesides(int cost) {
        besides += cost;
    }

    /** Calls of so many units went at one time and count from another, later one. */
    void cameLate(long units, long wentAt, long cameAt, long now) {
        long until = Math.min(wentAt + spanNanos - AHEAD, now + LONGEST_GATHER);
        Late calls = new Late(units, wentAt, cameAt, Math.max(until, now + GATHER));
        for (int i = lateTold; i < late.size(); i++) {
            if (Math.abs(wentAt - late.get(i).wentAt()) < TOGETHER) {
                late.set(i, late.get(i).and(calls));
                return;
            }
        }
        late.add(calls);
    }

    /** There is nobody to tell, and nothing more that counts. */
    void forgetLate() {
        late.clear();
        lateTold = 0;
    }

    /** This process has gone its own way until now. */
    void isBack() {
        back = true;
    }

    /** An answer has told of a window. */
    void window(String name, Window window) {
        windows.merge(name, window, (one, other) -> one.last() <= other.last() ? one : other);
    }

    int windows() {
        return windows.size();
    }

    long pausedUntil() {
        return pauseUntil;
    }

    /** Whether it is worth a question of its own; what went besides waits for one while there are calls to ask for. */
    boolean isUrgent(long now, boolean nobodyWaits) {
        return (pauseEpoch != NO_EPOCH && pauseUntil > now)
                || acceptedEpoch != NO_EPOCH
                || !windows.isEmpty()
                || (besides > 0 && nobodyWaits);
    }

    /** Until when it waits for what else there is to be told. */
    long waitsUntil() {
        long until = Time.NEVER;
        for (Late each : late) {
            until = Math.min(until, each.tellBy());
        }
        return until;
    }

    /**
     * What is told.
     *
     * @param pauseUntil nobody goes before that time; 0 for nothing
     * @param pauseEpoch of the call that was refused
     * @param acceptedEpoch of the look that was accepted
     * @param besides what went without a number
     * @param back whether the process went its own way until now
     * @param windows what answers have told
     * @param late what came later than it went, the oldest first
     */
    record Told(
            long pauseUntil,
            long pauseEpoch,
            long acceptedEpoch,
            long besides,
            boolean back,
            Map<String, Window> windows,
            List<Late> late) {}

    Told told(long now) {
        long pause = pauseEpoch != NO_EPOCH && pauseUntil > now ? pauseUntil : 0;
        late.sort(Comparator.comparingLong(Late::wentAt));
        lateTold = late.size();
        return new Told(pause, pauseEpoch, acceptedEpoch, besides, back, Map.copyOf(windows), List.copyOf(late));
    }

    /** The engine knows that now. */
    void isKnown(Told told) {
        if (told.pauseUntil() > 0 && told.pauseUntil() >= pauseUntil) {
            pauseEpoch = NO_EPOCH;
            pauseUntil = 0;
        }
        if (told.acceptedEpoch() == acceptedEpoch) {
            acceptedEpoch = NO_EPOCH;
        }
        besides -= told.besides();
        back &= !told.back();
        late.removeAll(told.late());
        lateTold = 0;
        // Not what was told otherwise meanwhile.
        told.windows().forEach(windows::remove);
    }
}
