package dev.headway.benchmarks.client;

import java.util.concurrent.atomic.AtomicLong;

/** The least a rate-limited, retrying client can do: one clock reading, one CAS, one look at the status. */
final class Floor {
    private final AtomicLong tat = new AtomicLong(System.nanoTime());

    long reserve() {
        long now = System.nanoTime();
        while (true) {
            long t = tat.get();
            long base = t - now < 0 ? now : t;
            if (tat.compareAndSet(t, base + 1)) {
                return Math.max(0, base - now);
            }
        }
    }

    static boolean retryable(int status) {
        return status == 429 || status >= 500 || status == 408;
    }
}
