package dev.headway.internal.limiter.simulation;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a server says of its limit. All its seconds are whole. */
enum Tells {
    NOTHING,
    /** When to come back, in a refusal. */
    RETRY_AFTER,
    /** Limit, remaining and the seconds to the reset in every answer, and {@link #RETRY_AFTER}; rounded up. */
    SECONDS,
    /** The same, rounded to the nearest. */
    SECONDS_NEAREST,
    /** The same, rounded down. */
    SECONDS_DOWN,
    /** {@link #SECONDS} and the window's length, as in the drafts of the IETF. */
    POLICY,
    /** As {@link #SECONDS}, but the reset is an epoch in whole seconds, and so is the server's {@code Date}. */
    EPOCH;

    private static final double SECOND = 1e9;

    /** No run begins with the server's second. */
    private static final double PHASE = 0.4;

    RateLimitHint hint(SimulatedServer server, boolean accepted, long now) {
        if (this == NOTHING || (this == RETRY_AFTER && accepted)) {
            return RateLimitHint.none();
        }
        RateLimitHint.Builder hint = RateLimitHint.builder();
        if (!accepted) {
            hint.retryAfter(Duration.ofSeconds(retryAfter(server.next(now))));
        }
        if (this != RETRY_AFTER) {
            hint.limit(new LimitHint(
                    null,
                    server.limit(),
                    Math.max(0, server.remaining(now)),
                    Duration.ofSeconds(seconds(server.reset(now), now)),
                    window(server),
                    LimitHint.REQUESTS));
        }
        return hint.build();
    }

    private long retryAfter(long nanos) {
        return this == SECONDS_DOWN || this == SECONDS_NEAREST ? rounded(nanos) : Math.max(1, rounded(nanos));
    }

    private long seconds(long nanos, long now) {
        return this == EPOCH
                ? (long) (Math.ceil((now + nanos) / SECOND + PHASE) - Math.floor(now / SECOND + PHASE))
                : Math.max(0, rounded(nanos));
    }

    private long rounded(long nanos) {
        return switch (this) {
            case SECONDS_NEAREST -> Math.round(nanos / SECOND);
            case SECONDS_DOWN -> (long) Math.floor(nanos / SECOND);
            default -> (long) Math.ceil(nanos / SECOND - 1e-9);
        };
    }

    private @Nullable Duration window(SimulatedServer server) {
        return this == POLICY ? Duration.ofNanos(server.window()) : null;
    }
}
