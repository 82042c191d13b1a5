package dev.headway.timeline;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.Locale;

/** Numbers for people, the same in every locale. */
final class Figures {

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    private Figures() {}

    static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** At most two decimals, and none that is no news. */
    static String number(double value) {
        String text = decimals(value, 2);
        return text.replaceAll("\\.?0+$", "");
    }

    /** For an axis: the smallest of 1, 2, 5, 10, … that is not below, and above a minute what clocks show. */
    static double step(double least) {
        for (double clock : new double[] {
            MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR
        }) {
            if (least > MINUTE / 2 && least <= clock) {
                return clock;
            }
        }
        return round(least);
    }

    private static double round(double least) {
        return round(least, 1, 2, 5);
    }

    /** For the end of an axis, with less room left above. */
    static double end(double least) {
        return round(least, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8);
    }

    private static double round(double least, double... steps) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double times : steps) {
            if (times * power >= least * (1 - 1e-9)) {
                return times * power;
            }
        }
        return 10 * power;
    }

    /** A moment of an axis whose labels are so far apart. */
    static String moment(double seconds, double step) {
        if (step >= HOUR) {
            return number(seconds / HOUR) + " h";
        }
        return step >= MINUTE ? number(seconds / MINUTE) + " min" : number(seconds) + " s";
    }

    static String length(Duration length) {
        return number(seconds(length)) + " s";
    }

    /** Also of lengths that no number of nanoseconds can hold. */
    static double seconds(Duration length) {
        return length.getSeconds() + length.getNano() / 1e9;
    }

    static String words(Limit limit) {
        if (limit instanceof TokenBucket bucket) {
            return bucket.permits() + " per " + length(bucket.period()) + ", burst " + bucket.burst();
        }
        if (limit instanceof Quota quota) {
            return quota.permits() + " in any " + length(quota.window());
        }
        return limit instanceof Concurrency atOnce ? atOnce.calls() + " at once" : limit.toString();
    }

    static String words(LimitHint hint) {
        StringBuilder words = new StringBuilder();
        if (hint.name() != null) {
            words.append(hint.name()).append(": ");
        }
        words.append(hint.limit() == null ? "some " : hint.limit() + " ").append(hint.unit());
        if (hint.window() != null) {
            words.append(" in ").append(length(hint.window()));
        }
        if (hint.remaining() != null) {
            words.append(", ").append(hint.remaining()).append(" left");
        }
        if (hint.resetAfter() != null) {
            words.append(", reset in ").append(length(hint.resetAfter()));
        }
        return words.toString();
    }
}
