package dev.headway.internal.limiter.learn;

import dev.headway.LimitHint;
import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.rules.Pace;
import dev.headway.internal.limiter.rules.Rule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A rate learned from refusals alone ("goodput-anchored probing"): under a limit the accepted
 * rate <em>is</em> the limit.
 *
 * <p>First it searches, twice as fast step by step. Where a burst was accepted before the first refusal, what is accepted
 * between two refusals is what the server refills, so that is its rate. Where none was, the rate is between the fastest step
 * that passed and the slowest that did not.
 *
 * <p>Then it holds, probes a little more now and then, and holds twice as long after a probe that failed.
 */
public final class Probing implements Rule {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double MARGIN = 0.02;
    private static final double STEP = 0.03;
    private static final double FIRST_STEP = 4 * STEP;
    private static final double LARGEST_STEP = 0.5;
    private static final double SLOWEST = 0.2;
    private static final double USED = 0.7;
    private static final long LONG_PAUSE = 3 * SECOND;
    /** Without a burst what is too fast is refused at once: first a rate is held and tried for so long, the next each twice as long. */
    private static final long SHORT = SECOND / 4;

    // The search.
    private static final double FIRST = 4;
    private static final double FASTER = 2;
    private static final long SEARCH_STEP = 3 * SECOND / 20;
    /** So many accepted calls of a step prove it. */
    private static final int PROVED = 2;
    /** So many at once are a burst, and so many between two refusals a rate. */
    private static final int ENOUGH = 5;
    /** Where fewer go between two long pauses, so many refusals together tell the rate. */
    private static final int CONVINCING = 3;
    /** The fastest step that passed and the slowest that did not are as near as it gets. */
    private static final double NEAR = 1.15;
    /** What is refused before it has proved anything is so much too fast. */
    private static final double TOO_FAST = 0.9;

    private static final double NEWS = 0.1;
    private static final long MEMORY = 60 * SECOND;

    private enum Mode {
        SEARCH,
        HOLD,
        PROBE
    }

    private final Pace pace;
    private final Goodput goodput = new Goodput();
    private final Indifference indifference = new Indifference();
    private final BurstCheck check = new BurstCheck();
    private long burst;
    private final long searchBegan;
    /** What was accepted while it was searched for, and how often it was refused after a long pause. */
    private long found;

    private int refusals;

    private Mode mode = Mode.SEARCH;
    private long refusedAt;
    private long quietSince;
    private long sinceRefused;
    private long openedAt;
    private long lastSentAt;

    private long rateBegan;
    private long inStep;
    private double passed;
    private double tooFast = Double.MAX_VALUE;

    private double lastGood;
    private double step = STEP;
    private long window = SECOND;
    private long hold = 2 * SECOND;
    private long shortestHold = 2 * SECOND;
    private long longestHold = 60 * SECOND;
    private long changeAt;
    private double reported;

    /**
     * Begins to search.
     *
     * @param shown how many were accepted before the first refusal
     * @param pause how long nothing goes
     * @param now the time of the first refusal
     */
    public Probing(long shown, long pause, long now) {
        takes(shown);
        pace = new Pace(Math.max(FIRST, FASTER * shown), 1, 1, now + pause);
        searchBegan = now;
        refusedAt = now;
        quietSince = now + pause;
        rateBegan = now + pause;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        return indifference.here() ? now : pace.earliest(now, ahead, cost);
    }

    @Override
    public void granted(long now, int cost) {
        pace.granted(now, cost);
        departed(now);
    }

    /** How many it takes at once. */
    private void takes(long shown) {
        burst = shown;
        hold = bursts() ? hold : SHORT;
    }

    /** Where no burst was accepted the server takes none: what comes soon after a late call is refused. */
    @Override
    public void departed(long now) {
        if (!bursts() || check.underWay()) {
            pace.departed(now);
        }
    }

    @Override
    public void returned(long grantedAt, int cost) {
        pace.returned(cost);
    }

    @Override
    public void adjusted(long grantedAt, long now, int more) {
        if (more > 0) {
            pace.granted(now, more);
        } else {
            pace.returned(-more);
        }
    }

    double ratePerSecond() {
        return pace.rate();
    }

    /** The rate as a limit, once it is found, and whenever it differs by a tenth from what was reported last. */
    public @Nullable LimitHint news() {
        if (mode == Mode.SEARCH || Math.abs(pace.rate() - reported) <= NEWS * reported) {
            return null;
        }
        reported = pace.rate();
        Duration length = window(reported);
        return new LimitHint(null, calls(reported, length), null, null, length, LimitHint.REQUESTS);
    }

    /** The same for those who look on; null while it is searched for, and where no rate explains the refusals. */
    public ScopeSnapshot.@Nullable LimitState state() {
        Duration length = window(pace.rate());
        return mode == Mode.SEARCH || indifference.here()
                ? null
                : new ScopeSnapshot.LimitState(null, false, calls(pace.rate(), length), length, null);
    }

    /** Long enough for some calls. */
    private static Duration window(double rate) {
        return Duration.ofSeconds(rate >= 10 ? 1 : 60);
    }

    private static long calls(double rate, Duration length) {
        return Math.round(rate * length.toSeconds());
    }

    /** One refusal proves no rate. */
    public boolean forgotten(long now) {
        return mode == Mode.SEARCH && now - quietSince > MEMORY;
    }

    /** Whether calls keep a distance, since no burst was accepted: then one that is refused was a little too fast, no more. */
    public boolean smooth() {
        return !bursts() && window == SECOND;
    }

    /** Whether the server refuses whatever the rate, so that nothing is paced. */
    public boolean indifferent() {
        return indifference.here();
    }

    /** A user says that this is the rate now: held and looked at as if it had been found. */
    public void hinted(double rate, long now) {
        long then = Math.max(now, quietSince);
        lastGood = Math.max(SLOWEST, rate);
        change(lastGood, then);
        holdFor(hold, then);
    }

    // ---- accepted

    /** The answer of a call that was sent at that time. */
    public void accepted(long sentAt, long now) {
        if (indifference.here()) {
            indifference.accepted();
            return;
        }
        goodput.accepted(now, window);
        if (sentAt >= refusedAt) {
            if (sinceRefused == 0) {
                openedAt = sentAt;
            }
            lastSentAt = Math.max(lastSentAt, sentAt);
            sinceRefused++;
            inStep++;
        }
        if (mode == Mode.SEARCH) {
            search(now);
        } else if (now >= changeAt) {
            next(now);
        }
    }

    private void search(long now) {
        if (check.underWay()) {
            if (check.refuted(sinceRefused, lastSentAt - refusedAt)) {
                check.end();
                takes(0);
                passed = pace.rate();
                tooFast = check.refused();
                nextStep(0, now);
            }
            return;
        }
        double used = inStep / (pace.rate() * (now - rateBegan) / SECOND);
        if (now - rateBegan < SEARCH_STEP || inStep < PROVED) {
            return;
        }
        if (used < USED) {
            // Nobody came for a while.
            rateBegan = now;
            inStep = 0;
            return;
        }
        passed = pace.rate();
        nextStep(0, now);
    }

    /** Between what passed and what was too fast, until these are near enough. */
    private void nextStep(long pause, long now) {
        if (tooFast <= NEAR * passed) {
            settle(passed, pause, now);
        } else if (tooFast == Double.MAX_VALUE) {
            change(FASTER * passed, now + pause);
        } else {
            change(passed > 0 ? Math.sqrt(passed * tooFast) : tooFast / FASTER, now + pause);
        }
    }

    private void change(double rate, long then) {
        pace.change(rate, 1, then);
        rateBegan = then;
        inStep = 0;
    }

    private void next(long now) {
        if (mode == Mode.HOLD) {
            lastGood = pace.rate();
            probe(now);
        } else if (goodput.perSecond(now, Math.min(window, 5 * SECOND)) < USED * pace.rate()) {
            // Nobody used it: it proves nothing.
            change(lastGood, now);
            holdFor(hold, now);
        } else {
            hold = Math.max(Math.min(hold, shortestHold), hold / 2);
            step = Math.min(LARGEST_STEP, step * 2);
            lastGood = pace.rate();
            probe(now);
        }
    }

    private void probe(long now) {
        change(pace.rate() * (1 + step), now);
        mode = Mode.PROBE;
        changeAt =
                now + Math.max(smooth() ? Math.min(hold, 2 * window) : 2 * window, (long) (8 * SECOND / pace.rate()));
    }

    // ---- refused

    /**
     * A refusal.
     *
     * @param episode whether it is the first of an episode
     * @param pause how long nothing goes now
     */
    public void refused(boolean episode, long pause, long now) {
        if (indifference.here()) {
            indifference.refused();
            return;
        }
        quietSince = now + pause;
        if (episode) {
            departed(now);
        }
        // With nothing accepted since the last the pause was too short, which says nothing of the rate.
        if (episode && sinceRefused > 0) {
            double before = pace.rate();
            refused(pause, now);
            indifference.cut(sinceRefused, before, pace.rate());
            refusedAt = now;
            sinceRefused = 0;
        }
    }

    private void refused(long pause, long now) {
        long closed = openedAt - refusedAt;
        if (closed >= LONG_PAUSE) {
            longWindow(mode == Mode.SEARCH ? now - refusedAt : closed);
        }
        if (mode == Mode.SEARCH) {
            searchRefused(pause, now);
        } else {
            cut(pause, now);
        }
    }

    private void searchRefused(long pause, long now) {
        if (bursts() || pause >= SECOND) {
            // Not until now: what was sent since may be accepted yet.
            double refilled = sinceRefused * (double) SECOND / Math.max(1, lastSentAt - refusedAt);
            found += sinceRefused;
            refusals++;
            if (sinceRefused >= ENOUGH || check.underWay()) {
                refilled(sinceRefused >= ENOUGH ? refilled : check.refilled(), pause, now);
            } else if (refusals >= CONVINCING && found >= ENOUGH) {
                // A little too slow, since the pauses count: what is held is probed upwards.
                settle(found * (double) SECOND / Math.max(1, lastSentAt - searchBegan), pause, now);
            } else {
                change(Math.max(refilled, pace.rate() / FASTER), now + pause);
            }
        } else {
            tooFast = Math.min(tooFast, pace.rate());
            nextStep(pause, now);
        }
    }

    /** What seems to be refilled is the rate, unless there was no burst. */
    private void refilled(double rate, long pause, long now) {
        // Where a pause or an answer takes long, so does the check.
        boolean quick = pause < SECOND && window == SECOND && now - lastSentAt < SEARCH_STEP;
        double between = quick ? check.begin(rate, pace.rate()) : 0;
        if (between > 0) {
            change(between, now + pause);
        } else {
            settle(rate, pause, now);
        }
    }

    private void settle(double rate, long pause, long now) {
        lastGood = Math.max(SLOWEST, rate * (1 - MARGIN));
        change(lastGood, now + pause);
        holdFor(hold, now + pause);
        if (pause < SECOND) {
            // The first estimate is the least sure, and a failed probe costs little here.
            step = FIRST_STEP;
        }
    }

    private void cut(long pause, long now) {
        double target = proved(now) * (1 - MARGIN);
        if (mode == Mode.PROBE) {
            hold = Math.min(longestHold, hold * 2);
            double before = lastGood * (1 - MARGIN / 2);
            target = step > 2 * STEP ? Math.min(before, target) : before;
        }
        target = Math.max(target, pace.rate() / 2);
        change(Math.max(SLOWEST, Math.min(target, pace.rate() * (1 - STEP))), now + pause);
        holdFor(hold, now);
    }

    /** What was accepted a second. Without a burst a pause loses it, so that a new rate must first prove itself. */
    private double proved(long now) {
        boolean known = bursts() || now - rateBegan >= window;
        return known ? goodput.perSecond(now, window) : TOO_FAST * pace.rate();
    }

    private boolean bursts() {
        return burst >= ENOUGH;
    }

    private void longWindow(long length) {
        if (length > window) {
            window = length;
            shortestHold = Math.max(shortestHold, 2 * length);
            longestHold = Math.max(longestHold, 10 * length);
            hold = Math.max(hold, shortestHold);
        }
    }

    private void holdFor(long length, long now) {
        mode = Mode.HOLD;
        check.end();
        step = STEP;
        changeAt = now + length;
    }
}
