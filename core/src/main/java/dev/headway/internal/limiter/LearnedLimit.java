package dev.headway.internal.limiter;

import dev.headway.LimitHint;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the server says remains, less everything in flight, until the reset; then one call, and what its answer says, never an
 * assumed limit (rule 2.2).
 *
 * <p>Answers come out of order and seconds are whole. The answer of a call that left after the known value had arrived is
 * certainly newer and replaces it; any other may only lower it. For short windows a {@link SendLog} of our own sends goes
 * with it: what has left the log is free again before the next answer says so.
 */
final class LearnedLimit implements Rule {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A longer window may be aligned to a clock: its reset frees it sooner than our log would. */
    private static final long LONGEST_LOG = 10 * SECOND;

    /** A server that rounds down is asked again a little later. */
    private static final long SLOP_STEP = SECOND / 2;

    private static final long SLOP_WINDOW = 5 * SECOND;

    private final InFlight inFlight;
    private final boolean told;
    private @Nullable SendLog log;

    private long limit;
    private long window;
    private long slop;

    private boolean known;
    private long remaining;
    private long heardAt;
    private long until;
    private long leftThen;
    private boolean rolledOver;

    private boolean probing;
    private long probeSentAt;

    /** With the log of the told quota that the header speaks of, or null. */
    LearnedLimit(InFlight inFlight, @Nullable SendLog toldLog) {
        this.inFlight = inFlight;
        this.told = toldLog != null;
        this.log = toldLog;
        this.rolledOver = told;
    }

    @Override
    public long earliest(long now, long ahead, int cost) {
        long wanted = ahead + cost;
        long byLog = log != null && !told ? log.earliest(now, wanted) : now;
        if (!known) {
            return byLog;
        }
        SendLog own = rolledOver ? log : null;
        if (own != null && byLog <= now && freed(own, now) > 0 && room(freed(own, now)) >= wanted) {
            return now;
        }
        long time = byLog;
        if (time < until && room(0) < wanted) {
            time = until;
            if (own != null && own.nextExpiry() > now) {
                time = Math.min(time, own.nextExpiry());
            }
        }
        // A moment that is known comes first.
        if (time <= now && time >= until && probing && ahead == 0) {
            return UNTIL_ANSWER;
        }
        return time;
    }

    private long room(long freed) {
        return remaining + freed - inFlight.cost();
    }

    private long freed(SendLog own, long now) {
        return own.left(now) - leftThen;
    }

    @Override
    public void granted(long now, int cost) {
        if (log != null && !told) {
            log.add(now, cost);
        }
        if (known && now >= until && !probing) {
            probing = true;
            probeSentAt = now;
        }
    }

    @Override
    public void returned(long grantedAt, int cost) {
        if (log != null && !told) {
            log.remove(grantedAt, cost);
        }
        probeLanded(grantedAt);
    }

    /** An answer of a call sent at that time did not speak of this limit. */
    void silent(long sentAt, boolean accepted) {
        if (probeLanded(sentAt) && accepted) {
            // The server has stopped telling: nothing is known any more.
            known = false;
        }
    }

    /**
     * An answer of a call sent at that time speaks of this limit.
     *
     * @return whether the limit itself is news
     */
    boolean heard(LimitHint hint, long sentAt, long now, boolean refused) {
        long reset = hint.resetAfter() != null ? Nanos.of(hint.resetAfter()) : 0;
        boolean news = sized(hint, reset);
        boolean probed = probeLanded(sentAt);
        if (probed && refused && window >= SLOP_WINDOW) {
            slop = Math.min(SECOND, slop + SLOP_STEP);
        }
        if (hint.remaining() == null) {
            // As when it stops telling at all; else one call at a time would probe for ever.
            known = known && (refused || !probed);
            return news;
        }
        long at = now + Math.max(SECOND, Math.min(reset, Gate.LONGEST)) + slop;
        long sameWindow = SECOND + slop + (now - sentAt);
        if (known && sentAt >= until) {
            rolledOver = true;
        }
        boolean same = known && Math.abs(at - until) <= sameWindow;
        long told = hint.remaining();
        if (!known || sentAt > heardAt || (at > until + sameWindow && told > remaining)) {
            take(told, same ? Math.min(until, at) : at, now);
        } else if (same || at > until) {
            // Perhaps newer: it may only lower.
            if (told <= remaining) {
                take(told, same ? Math.min(until, at) : at, now);
            } else if (same) {
                until = Math.min(until, at);
            }
        }
        return news;
    }

    private void take(long value, long at, long now) {
        known = true;
        remaining = value;
        until = at;
        heardAt = now;
        leftThen = log != null ? log.left(now) : 0;
    }

    private boolean probeLanded(long sentAt) {
        if (!probing || sentAt < probeSentAt) {
            return false;
        }
        probing = false;
        return true;
    }

    /** The size of the limit and of its window: the longest reset seen, or what is told. */
    private boolean sized(LimitHint hint, long reset) {
        Duration toldWindow = hint.window();
        long longest = Math.max(window, Math.max(reset, toldWindow != null ? Nanos.of(toldWindow) : 0));
        Long size = hint.limit();
        boolean news = size != null && size != limit;
        boolean grown = longest > window;
        window = longest;
        if (size != null) {
            limit = size;
        }
        if (!told && limit > 0 && (news || grown || log == null)) {
            keepLog();
        }
        return news;
    }

    private void keepLog() {
        if (window > LONGEST_LOG) {
            log = null;
            return;
        }
        long length = Math.max(window, SECOND);
        long span = length + Jitter.of(length);
        log = log == null ? new SendLog(limit, span) : log.resized(limit, span);
    }
}
