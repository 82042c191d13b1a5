package dev.headway.redis;

import dev.headway.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/** Wakes a scope when something may happen in it. Under the lock of the scope. */
final class Alarm {

    private final TimeSource time;
    private final Runnable wake;
    private TimeSource.@Nullable Timer timer;
    private long at = Time.NEVER;

    Alarm(TimeSource time, Runnable wake) {
        this.time = time;
        this.wake = wake;
    }

    void set(long moment, long now) {
        if (timer != null) {
            if (moment == at) {
                return;
            }
            timer.cancel();
            timer = null;
        }
        at = moment;
        if (moment < Time.NEVER) {
            timer = time.schedule(Math.max(0, moment - now), wake);
        }
    }

    /** It has woken the scope; or one has that was taken back too late, so that another is set. */
    void rang() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        at = Time.NEVER;
    }
}
