package dev.headway.okhttp;

import dev.headway.spi.BlockingExchange;
import dev.headway.spi.TimeSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;

/** Looks, for all waiting calls at once, whether they were cancelled, where the client does not tell. Rests while none waits. */
final class CancelScanner {

    /** In real time, also where a test moves the time of a Headway by hand: cancels come from outside. */
    static final CancelScanner SHARED = new CancelScanner(TimeSource.system());

    private static final long PERIOD_NANOS = 20_000_000;

    private final TimeSource time;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scanning = new AtomicBoolean();

    CancelScanner(TimeSource time) {
        this.time = time;
    }

    /** Wakes the waiter once its call is cancelled; at once if it is already. */
    BlockingExchange.Registration watch(Call call, Runnable wake) {
        Waiter waiter = new Waiter(call, wake);
        waiters.add(waiter);
        look(waiter);
        begin();
        return () -> waiters.remove(waiter);
    }

    private void begin() {
        if (!waiters.isEmpty() && scanning.compareAndSet(false, true)) {
            time.schedule(PERIOD_NANOS, this::scan);
        }
    }

    private void scan() {
        waiters.forEach(this::look);
        scanning.set(false);
        // Here, not before: a waiter that came meanwhile relied on this scan to be followed by another.
        begin();
    }

    private void look(Waiter waiter) {
        if (waiter.call.isCanceled() && waiters.remove(waiter)) {
            waiter.wake.run();
        }
    }

    /** Equal only to itself: one call may wait twice. */
    private static final class Waiter {

        final Call call;
        final Runnable wake;

        Waiter(Call call, Runnable wake) {
            this.call = call;
            this.wake = wake;
        }
    }
}
