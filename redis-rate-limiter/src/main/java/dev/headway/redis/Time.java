package dev.headway.redis;

/** Of the times in a scope: nanoseconds from 0 on, which can be compared. The engine's are microseconds. */
final class Time {

    /** Later than all that happens; may be added to any other. */
    static final long NEVER = Long.MAX_VALUE / 4;

    private Time() {}

    static long nanos(long micros) {
        return micros * 1000;
    }

    /** Rounded up. */
    static long micros(long nanos) {
        return (nanos + 999) / 1000;
    }
}
