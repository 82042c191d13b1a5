package dev.headway.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the engine is told next, and again until an answer shows that it knows. Under the lock of the scope. */
final class Report {

    private static final long NO_EPOCH = -1;
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(50);

    private long pauseUntil;
    private long pauseEpoch = NO_EPOCH;
    private long acceptedEpoch = NO_EPOCH;
    private long besides;
    private boolean back;
    private @Nullable Late late;
    private long lateSince;
    private final Map<String, Window> windows = new HashMap<>();

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

    /** Some calls went at one time and have come to the server at another, later one. */
    void cameLate(Late calls, long now) {
        if (late == null) {
            lateSince = now;
        }
        late = calls.and(late);
    }

    /** There is nobody to tell, and nothing more that counts. */
    void forgetLate() {
        late = null;
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
        return late == null ? Time.NEVER : lateSince + GATHER;
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
     * @param late what came later than it went
     */
    record Told(
            long pauseUntil,
            long pauseEpoch,
            long acceptedEpoch,
            long besides,
            boolean back,
            Map<String, Window> windows,
            @Nullable Late late) {}

    Told told(long now) {
        long pause = pauseEpoch != NO_EPOCH && pauseUntil > now ? pauseUntil : 0;
        return new Told(pause, pauseEpoch, acceptedEpoch, besides, back, Map.copyOf(windows), late);
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
        late = late == null ? null : late.less(told.late());
        // Not what was told otherwise meanwhile.
        told.windows().forEach(windows::remove);
    }
}
