package dev.headway.redis;

import java.time.Duration;

/**
 * A rate that refusals have told, as a limit.
 *
 * @param calls in a window
 * @param window long enough for some calls
 */
record LearnedRate(long calls, Duration window) {

    /** Slower than that is told by the minute. */
    private static final double BY_THE_SECOND = 10;

    static LearnedRate of(double perSecond) {
        Duration window = perSecond >= BY_THE_SECOND ? Duration.ofSeconds(1) : Duration.ofMinutes(1);
        return new LearnedRate(Math.round(perSecond * window.toSeconds()), window);
    }
}
