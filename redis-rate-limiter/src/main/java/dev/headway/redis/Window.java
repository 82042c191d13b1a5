package dev.headway.redis;

/**
 * What answers have told of a window.
 *
 * @param last the last number that it holds
 * @param end when it ends
 * @param since what was served when that was told, or the number of the call that was answered
 */
record Window(long last, long end, long since) {

    /** Whether it says what the other does not. */
    boolean isNewsTo(Window known, long now) {
        return known.end() <= now || last < known.last() || (since > known.since() && last > known.last());
    }
}
