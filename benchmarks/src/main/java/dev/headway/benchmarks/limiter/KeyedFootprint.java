package dev.headway.benchmarks.limiter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.internal.limiter.LocalRateLimiter;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bytes of heap per key: {@code KeyedFootprint IMPL chm|caffeine KEYS}. Heap used after a full collection, before and
 * after the map is filled; the key strings and the thin bench wrapper are outside the count. One JVM per line.
 */
public final class KeyedFootprint {
    private KeyedFootprint() {}

    private static Object keep;

    public static void main(String[] args) throws Exception {
        String impl = args[0];
        String map = args[1];
        int n = Integer.parseInt(args[2]);
        String[] names = new String[n];
        for (int i = 0; i < n; i++) {
            names[i] = "tenant-" + i;
        }
        boolean none = impl.equals("map-only");
        Object filler = new Object();
        if (!none && !impl.startsWith("headway")) {
            make(impl); // class loading
        }
        long before = used();
        long t0 = System.nanoTime();
        if (impl.startsWith("headway")) {
            // Has a map of its own, from scopes.
            LocalRateLimiter limiter =
                    impl.equals("headway-told") ? Limiters.Ours.limiter(Limiters.Supply.USUAL) : Limiters.Ours.untold();
            for (String k : names) {
                long now = System.nanoTime();
                limiter.acquire(Scope.of(k), 1, now, now).answered(now, Permit.Answer.ACCEPTED, RateLimitHint.none());
            }
            keep = limiter;
        } else if (map.equals("chm")) {
            ConcurrentHashMap<String, Object> m = new ConcurrentHashMap<>(16);
            for (String k : names) {
                m.put(k, none ? filler : make(impl));
            }
            keep = m;
        } else {
            Cache<String, Object> c = Caffeine.newBuilder().maximumSize(2L * n).build();
            for (String k : names) {
                c.put(k, none ? filler : make(impl));
            }
            c.cleanUp();
            keep = c;
        }
        double fillMs = (System.nanoTime() - t0) / 1e6;
        long after = used();
        System.out.printf("footprint,%s,%s,%d,%.1f,%.0f%n", impl, map, n, (after - before) / (double) n, fillMs);
        if (keep == null || names.length == 0) {
            throw new AssertionError();
        }
        System.exit(0);
    }

    private static Object make(String impl) {
        Limiter l = Limiters.create(impl, Limiters.Supply.USUAL);
        l.tryAcquire();
        return l.root();
    }

    private static long used() throws InterruptedException {
        long last = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            System.gc();
            Thread.sleep(30);
            long u = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (Math.abs(u - last) < 4096) {
                return u;
            }
            last = u;
        }
        return last;
    }
}
