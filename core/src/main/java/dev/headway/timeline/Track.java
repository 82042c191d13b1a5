package dev.headway.timeline;

import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lane as it is drawn. Times are nanoseconds since its zero.
 *
 * @param name whose it is
 * @param zero the date and time at its zero
 * @param calls those that are kept, in the order of their ends
 * @param pauses those that are kept, in the order of their begins
 * @param told what the user said of the limit, in order
 * @param learned what the server said of it, in order
 * @param totals of the whole run
 */
record Track(
        String name,
        Instant zero,
        List<Call> calls,
        List<Pause> pauses,
        List<Told> told,
        List<Learned> learned,
        Totals totals) {

    /** The gate of a scope was closed. */
    record Pause(String scope, long from, long to) {}

    /** Limits that the user has set. */
    record Told(long at, List<Limit> limits) {

        /** The calls a second that the tightest of them allows in the long run; 0 where none is a rate. */
        double rate() {
            return limits.stream()
                    .mapToDouble(Told::rate)
                    .filter(rate -> rate > 0)
                    .min()
                    .orElse(0);
        }

        private static double rate(Limit limit) {
            if (limit instanceof TokenBucket bucket) {
                return perSecond(bucket.permits(), bucket.period());
            }
            return limit instanceof Quota quota ? perSecond(quota.permits(), quota.window()) : 0;
        }
    }

    /** A limit that a server has told. */
    record Learned(long at, String scope, LimitHint limit) {

        /** Which of the limits of a scope it is. */
        String key() {
            return scope + '\n' + limit.name() + '\n' + limit.unit();
        }

        /**
         * The requests a second that it allows: of the window where that is told, else what is left until the reset. 0 where it
         * says neither.
         */
        double rate() {
            if (!limit.unit().equals(LimitHint.REQUESTS)) {
                return 0;
            }
            double ofWindow = perSecond(limit.limit(), limit.window());
            return ofWindow > 0 ? ofWindow : perSecond(limit.remaining(), limit.resetAfter());
        }
    }

    /**
     * What the whole run came to, also of the calls that are not kept any more.
     *
     * @param calls how many calls have ended
     * @param gaveUp how many of them gave up
     * @param dropped how many of them are not kept any more
     * @param parts how many parts there were of each kind
     * @param nanos how long they took
     */
    record Totals(long calls, long gaveUp, long dropped, Map<Kind, Long> parts, Map<Kind, Long> nanos) {

        long count(Kind kind) {
            return parts.getOrDefault(kind, 0L);
        }

        double seconds(Kind kind) {
            return nanos.getOrDefault(kind, 0L) / 1e9;
        }
    }

    private static double perSecond(@Nullable Long count, @Nullable Duration length) {
        return count == null || length == null || length.isZero() ? 0 : count / Figures.seconds(length);
    }

    /** From zero to the end of what is drawn. */
    double seconds() {
        long calling = calls.stream().mapToLong(Call::ended).max().orElse(0);
        long pausing = pauses.stream().mapToLong(Pause::to).max().orElse(0);
        return Math.max(calling, pausing) / 1e9;
    }

    /** What it came to, in a line. */
    String summary() {
        StringBuilder line = new StringBuilder();
        line.append(totals.calls()).append(totals.calls() == 1 ? " call: " : " calls: ");
        line.append(totals.count(Kind.ACCEPTED)).append(" accepted, ");
        line.append(totals.count(Kind.REFUSED)).append(" refused, ");
        line.append(totals.count(Kind.FAILED)).append(" failed");
        if (totals.gaveUp() > 0) {
            line.append(", ").append(totals.gaveUp()).append(" gave up");
        }
        if (totals.dropped() > 0) {
            line.append("; the oldest ").append(totals.dropped()).append(" are not shown");
        }
        return line.append("; ")
                .append(Figures.decimals(seconds(), 2))
                .append(" s")
                .toString();
    }
}
