package dev.headway.internal.limiter.learn;

import dev.headway.LimitHint;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.ScopeSnapshot;
import dev.headway.internal.limiter.rules.Gate;
import dev.headway.internal.limiter.rules.InFlight;
import dev.headway.internal.limiter.rules.Nanos;
import dev.headway.internal.limiter.rules.Rule;
import dev.headway.internal.limiter.rules.SendLog;
import dev.headway.internal.limiter.rules.SlowStart;
import dev.headway.internal.limiter.rules.WindowRule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the server says remains, less everything in flight, until the reset; then one call, and what its answer says, never an
 * assumed limit.
 *
 * <p>Answers come out of order and seconds are whole. The answer of a call that left after the known value had arrived is
 * certainly newer and replaces it; any other may only lower it. A {@link WindowRule} goes with it, told or learned: of short
 * windows it keeps our own sends, and what has left its log is free again before the next answer says so. Once it paces,
 * because the server counts otherwise, what remains holds no more.
 */
final class LearnedLimit implements Rule {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Of such a window whole seconds tell too little. */
    private static final long SHORT_WINDOW = 3 * SECOND;

    private final InFlight inFlight;
    private final SlowStart slowStart;
    private final Pacing pacing;
    private boolean told;
    private @Nullable WindowRule window;
    private final OtherUsers others = new OtherUsers();
    private final FreshWindows fresh = new FreshWindows();

    private @Nullable String name;
    private long limit;
    private long length;

    private boolean known;
    private long remaining;
    private long heardAt;
    private long until;
    private long leftThen;
    private boolean rolledOver;

    private boolean looking;
    private long lookSentAt;

    /** With the told quota that the header speaks of, or null. */
    LearnedLimit(InFlight inFlight, SlowStart slowStart, Pacing pacing, @Nullable WindowRule toldWindow) {
        this.inFlight = inFlight;
        this.slowStart = slowStart;
        this.pacing = pacing;
        this.told = toldWindow != null;
        this.window = toldWindow;
        this.rolledOver = told;
    }

    long limit() {
        return limit;
    }

    /** For those who look on. */
    ScopeSnapshot.LimitState state(long now) {
        boolean counts = known && now < until;
        return new ScopeSnapshot.LimitState(
                name,
                false,
                limit,
                length == 0 ? null : Duration.ofNanos(length),
                counts ? (Long) Math.max(0, room(0)) : null);
    }

    boolean idle(long now) {
        return (!known || until <= now) && (window == null || window.idle(now));
    }

    /** Other limits are told now: with the quota that the header speaks of, or null. */
    void toldOthers(@Nullable WindowRule toldWindow, long now) {
        if (toldWindow != null) {
            window = toldWindow;
        } else if (told && window != null) {
            window = window.resized(Math.max(1, limit), Math.max(length, SECOND), now);
        }
        told = toldWindow != null;
        leftThen = expired(now);
    }

    /** A user says that the limit is that now: one call looks where nothing is left of less. */
    void hinted(long size, long now) {
        if (known && size > limit && room(0) < 1) {
            until = Math.min(until, now);
        }
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        long wanted = ahead + cost;
        long byWindow = window != null && !told ? window.earliest(now, ahead, cost) : now;
        if (!known || (window != null && window.countsOtherwise())) {
            return byWindow;
        }
        if (others.here()) {
            byWindow = now;
        }
        SendLog own = ownCallsRaise() ? log() : null;
        if (own != null && byWindow <= now) {
            long freed = expired(now) - leftThen;
            if (freed > 0 && room(freed) >= wanted) {
                return now;
            }
        }
        long time = byWindow;
        if (time < until && room(0) < wanted) {
            time = until;
            if (own != null && own.nextExpiry() > now) {
                time = Math.min(time, own.nextExpiry());
            }
        }
        // A moment that is known comes first.
        if (time <= now && time >= until && looking && ahead == 0) {
            return UNTIL_ANSWER;
        }
        return time;
    }

    /**
     * Only where whole seconds are coarser than the window, and not where others use the key.
     */
    private boolean ownCallsRaise() {
        return rolledOver && !others.seen() && length < SHORT_WINDOW;
    }

    private long room(long freed) {
        return others.shareOf(remaining) + freed - inFlight.cost();
    }

    private @Nullable SendLog log() {
        return window == null ? null : window.log();
    }

    /** How many calls have left the window's log. */
    private long expired(long now) {
        SendLog log = log();
        return log == null ? 0 : log.expired(now);
    }

    @Override
    public void granted(long now, int cost) {
        if (window != null && !told) {
            window.granted(now, cost);
        }
        if (known && now >= until && !looking) {
            looking = true;
            lookSentAt = now;
        }
    }

    @Override
    public void returned(long grantedAt, int cost) {
        if (window != null && !told) {
            window.returned(grantedAt, cost);
        }
        lookLanded(grantedAt);
    }

    @Override
    public void adjusted(long grantedAt, long now, int more) {
        if (window != null && !told) {
            window.adjusted(grantedAt, now, more);
        }
    }

    /** An answer of a call sent at that time did not speak of this limit. */
    void silent(long sentAt, boolean accepted) {
        if (lookLanded(sentAt) && accepted) {
            // The server has stopped telling: nothing is known any more.
            known = false;
        }
    }

    /**
     * An answer of a call sent at that time speaks of this limit.
     *
     * @param episode whether it is the first refusal of an episode
     * @return whether the limit itself is news
     */
    boolean heard(LimitHint hint, long sentAt, long now, Permit.Answer answer, boolean episode) {
        name = hint.name();
        boolean refused = answer == Permit.Answer.REFUSED;
        long reset = hint.resetAfter() != null ? unrounded(Nanos.of(hint.resetAfter())) : 0;
        boolean news = sized(hint, reset, now);
        boolean looked = lookLanded(sentAt);
        if (hint.remaining() == null) {
            // As when it stops telling at all; else one call at a time would probe for ever.
            known = known && (refused || !looked);
            return news;
        }
        if (answer == Permit.Answer.ACCEPTED && window != null) {
            others.accepted(now, window.span());
            window.accepted(now);
        }
        if (looked) {
            lookAtReset(hint.remaining(), reset, sentAt, now);
        }
        remains(hint.remaining(), reset, sentAt, now);
        if (episode && !news && hint.exhausted() && window != null) {
            refused(window, looked, now);
        }
        return news;
    }

    /**
     * A window ends no later than its told length from now, so a reset that is a little later was rounded: up to two seconds where it
     * is a whole second of a clock and counts from another. One that is much later speaks against what was told.
     */
    private long unrounded(long reset) {
        if (!told || window == null) {
            return reset;
        }
        long length = window.length();
        return reset <= length + Math.min(2 * SECOND, length / 2) ? Math.min(reset, length) : reset;
    }

    private void remains(long value, long reset, long sentAt, long now) {
        long at = now + Math.max(SECOND, Math.min(reset, Gate.LONGEST));
        long sameWindow = SECOND + (now - sentAt);
        if (known && sentAt >= until) {
            rolledOver = true;
        }
        boolean same = known && Math.abs(at - until) <= sameWindow;
        // A later window begins where the known one ends. A bucket's reset moves while nothing ends.
        long end = same ? Math.min(until, at) : at;
        boolean laterWindow = at > until + sameWindow && now > until - SECOND;
        if (!known || sentAt > heardAt || (laterWindow && value > remaining)) {
            if (known && (!same || value > remaining + limit / 4)) {
                others.windowEnded(limit);
            }
            take(value, end, now);
        } else if (same || at > until) {
            // Perhaps newer: it may only lower.
            if (value <= remaining) {
                take(value, end, now);
            } else if (same) {
                until = end;
            }
        }
    }

    /** The answer of the call that went first after a reset. */
    private void lookAtReset(long value, long reset, long sentAt, long now) {
        if (window == null || window.even()) {
            return;
        }
        if (fresh.notFull(value, limit, reset, length, now - until)) {
            window.paceAsCounter(now);
        } else if (others.here()) {
            slowStart.begin(SlowStart.PROBE, sentAt, SlowStart.CAUTION);
        }
    }

    /** The first refusal of an episode. */
    private void refused(WindowRule refusing, boolean looked, long now) {
        if (refusing.even()) {
            refusing.refusedExplained(now);
        } else if (!looked && others.refused(length, now)) {
            refusing.paceAsShared(others.ratePerSecond(limit, length), now);
        }
    }

    private void take(long value, long at, long now) {
        if (known && value < remaining) {
            others.gaveOut(remaining - value);
        }
        known = true;
        remaining = value;
        until = at;
        heardAt = now;
        leftThen = expired(now);
    }

    private boolean lookLanded(long sentAt) {
        if (!looking || sentAt < lookSentAt) {
            return false;
        }
        looking = false;
        return true;
    }

    /** The size of the limit and of its window: the longest reset seen, or what is told. */
    private boolean sized(LimitHint hint, long reset, long now) {
        Duration toldWindow = hint.window();
        long longest = Math.max(length, Math.max(reset, toldWindow != null ? Nanos.of(toldWindow) : 0));
        Long size = hint.limit();
        boolean news = size != null && size != limit;
        boolean grown = longest > length;
        length = longest;
        if (size != null) {
            limit = size;
        }
        if (!told && limit > 0 && (news || grown || window == null)) {
            long seconds = Math.max(length, SECOND);
            window = window == null
                    ? WindowRule.learned(limit, seconds, pacing, now)
                    : window.resized(limit, seconds, now);
        }
        return news;
    }
}
