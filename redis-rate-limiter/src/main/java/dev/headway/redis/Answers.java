package dev.headway.redis;

import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the answers of the server say: pauses, and windows of which something remains. Under the lock of the scope. */
final class Answers {

    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toNanos(15);
    /** Servers count in whole seconds and have clocks of their own: a little later, never sooner. */
    private static final long LATER = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long BLIND = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int MOST_DOUBLINGS = 5;
    private static final long SHORTEST_WINDOW = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_WINDOWS = 8;
    private static final long NO_EPOCH = -1;

    /** When the last answer that refused was there, and what it has asked for. */
    record Refused(long at, @Nullable Duration retryAfter) {}

    private final List<Limit> limits;
    private final Numbers numbers;
    private final Heard heard;
    private final Report report;
    private final Flights flights;
    private final LearnedSizes sizes;
    private final News news;

    /** How many episodes of refusals have followed one another. */
    private int streak;

    private long refusedEpoch = NO_EPOCH;

    private @Nullable Refused lastRefusal;

    Answers(
            List<Limit> limits,
            Numbers numbers,
            Heard heard,
            Report report,
            Flights flights,
            LearnedSizes sizes,
            News news) {
        this.limits = limits;
        this.numbers = numbers;
        this.heard = heard;
        this.report = report;
        this.flights = flights;
        this.sizes = sizes;
        this.news = news;
    }

    @Nullable Refused lastRefusal() {
        return lastRefusal;
    }

    void accepted(RedisPermit permit) {
        flights.accepted();
        if (permit.epoch == heard.epoch()) {
            streak = 0;
            if (heard.looking() && permit.number > 0) {
                report.accepted(heard.epoch());
            }
        }
    }

    /**
     * The call was refused.
     *
     * @param explained whether what remains has told why
     * @param alone whether the engine does not answer
     * @return whether the moment of the next attempt is known
     */
    boolean refused(RedisPermit permit, RateLimitHint hint, boolean explained, boolean alone, long now) {
        if (permit.epoch != refusedEpoch) {
            refusedEpoch = permit.epoch;
            streak++;
        }
        Duration asked = hint.retryAfter().orElse(null);
        lastRefusal = new Refused(now, asked);
        if (asked != null) {
            pause(within(asked) + LATER, permit.epoch, now);
        } else if (!explained && (permit.epoch == heard.epoch() || alone)) {
            long doubled = BLIND << Math.min(streak - 1, MOST_DOUBLINGS);
            double jitter = 0.75 + 0.5 * ThreadLocalRandom.current().nextDouble();
            pause((long) (doubled * jitter), permit.epoch, now);
        }
        return asked != null || explained || !limits.isEmpty();
    }

    /** Nobody goes for so long; numbers that are due sooner are worth nothing. */
    private void pause(long length, long ofEpoch, long now) {
        report.pause(now + length, ofEpoch);
        numbers.dropMoments();
    }

    private static long within(Duration asked) {
        return asked.compareTo(Duration.ofNanos(LONGEST_PAUSE)) > 0 ? LONGEST_PAUSE : asked.toNanos();
    }

    /** Whether the answer says when there is something left again. */
    boolean remains(RedisPermit permit, RateLimitHint hint, long now) {
        boolean explained = false;
        for (LimitHint limit : hint.limits()) {
            if (toldAsBucket(limit)) {
                continue;
            }
            boolean counts = limit.unit().equals(LimitHint.REQUESTS);
            if (counts && sizes.isNews(limit)) {
                news.learned(limit);
            }
            Long remaining = limit.remaining();
            Duration reset = limit.resetAfter();
            if (remaining == null || reset == null) {
                continue;
            }
            long length = Math.max(within(reset), SHORTEST_WINDOW) + LATER;
            explained |= remaining == 0;
            if (!counts) {
                if (remaining == 0) {
                    pause(length, 0, now);
                }
            } else if (permit.number > 0) {
                window(limit, new Window(permit.number + remaining, now + length, permit.number), now);
            }
        }
        return explained;
    }

    /** A bucket refills all the time: what remains now is no reason to wait for a reset. */
    private boolean toldAsBucket(LimitHint limit) {
        for (Limit each : limits) {
            if (each instanceof TokenBucket bucket
                    && limit.limit() != null
                    && (limit.limit() == bucket.burst() || limit.limit() == bucket.permits())) {
                return true;
            }
        }
        return false;
    }

    private void window(LimitHint limit, Window told, long now) {
        String key = WindowName.of(limit).key();
        Window known = heard.windows().get(key);
        if (known == null ? heard.windows().size() + report.windows() < MOST_WINDOWS : told.isNewsTo(known, now)) {
            report.window(key, told);
        }
    }
}
