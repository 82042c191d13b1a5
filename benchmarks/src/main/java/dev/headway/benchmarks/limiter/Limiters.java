package dev.headway.benchmarks.limiter;

import com.google.common.util.concurrent.RateLimiter;
import dev.headway.Limit;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.internal.limiter.Settings;
import dev.headway.spi.TimeSource;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.github.bucket4j.local.SynchronizationStrategy;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import io.github.resilience4j.ratelimiter.internal.SemaphoreBasedRateLimiter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The limiters under test, by name. To add one: write the class, add its name to the switch and to {@link #ALL}.
 */
public final class Limiters {
    private Limiters() {}

    public static final String[] ALL = {
        "floor-nanotime",
        "floor-gcra-cas",
        "floor-gcra-slim",
        "guava",
        "bucket4j-lockfree-ms",
        "bucket4j-lockfree-ns",
        "bucket4j-sync-ms",
        "bucket4j-sync-ns",
        "r4j-atomic",
        "r4j-semaphore",
        "failsafe-smooth",
        "failsafe-bursty",
        "headway"
    };

    /** How many permits a limiter gives. */
    public enum Supply {
        /** a thousand million a second: never refused, whatever this machine can ask for. */
        PLENTY(1_000_000_000L, Duration.ofSeconds(1)),
        /** one a day: refused always, after the first. */
        NONE(1, Duration.ofDays(1)),
        /** a usual limit, for keyed use: 1,000 a second. */
        USUAL(1_000, Duration.ofSeconds(1));

        final long permits;
        final Duration per;

        Supply(long permits, Duration per) {
            this.permits = permits;
            this.per = per;
        }
    }

    public static Limiter create(String name, Supply s) {
        switch (name) {
            case "floor-nanotime":
                return new NanoTimeFloor();
            case "floor-gcra-cas":
                return new GcraFloor(s);
            case "floor-gcra-slim":
                return new GcraSlim(s);
            case "guava":
                return new Guava(s);
            case "bucket4j-lockfree-ms":
                return new B4j(s, SynchronizationStrategy.LOCK_FREE, false);
            case "bucket4j-lockfree-ns":
                return new B4j(s, SynchronizationStrategy.LOCK_FREE, true);
            case "bucket4j-sync-ms":
                return new B4j(s, SynchronizationStrategy.SYNCHRONIZED, false);
            case "bucket4j-sync-ns":
                return new B4j(s, SynchronizationStrategy.SYNCHRONIZED, true);
            case "r4j-atomic":
                return new R4jAtomic(s);
            case "r4j-semaphore":
                return new R4jSemaphore(s);
            case "failsafe-smooth":
                return new Failsafe(s, true);
            case "failsafe-bursty":
                return new Failsafe(s, false);
            case "headway":
                return new Ours(s);
            default:
                throw new IllegalArgumentException(name);
        }
    }

    /** Reads the clock and does nothing with it: no limiter that asks for the time can be faster. */
    static final class NanoTimeFloor implements Limiter {
        @Override
        public boolean tryAcquire() {
            return System.nanoTime() != 0;
        }

        @Override
        public long reserve() {
            return System.nanoTime();
        }

        @Override
        public Object root() {
            return this;
        }
    }

    /** The least that limits at all: one long (the theoretical arrival time of GCRA), one clock reading, one CAS. */
    static final class GcraFloor implements Limiter {
        private final AtomicLong tat;
        private final long interval;
        private final long tolerance;

        GcraFloor(Supply s) {
            this.interval = Math.max(1, s.per.toNanos() / s.permits);
            this.tolerance = interval * (s.permits - 1);
            this.tat = new AtomicLong(System.nanoTime());
        }

        @Override
        public boolean tryAcquire() {
            long now = System.nanoTime();
            while (true) {
                long t = tat.get();
                long base = t - now < 0 ? now : t;
                if (base - now > tolerance) {
                    return false;
                }
                if (tat.compareAndSet(t, base + interval)) {
                    return true;
                }
            }
        }

        @Override
        public long reserve() {
            long now = System.nanoTime();
            while (true) {
                long t = tat.get();
                long base = t - now < 0 ? now : t;
                if (tat.compareAndSet(t, base + interval)) {
                    return Math.max(0, base - now - tolerance);
                }
            }
        }

        @Override
        public Object root() {
            return this;
        }
    }

    /** The same with nothing of its own but the long: 24 bytes, the settings shared by all keys. */
    static final class GcraSlim extends AtomicLong implements Limiter {
        private static final java.util.concurrent.ConcurrentHashMap<Supply, long[]> SETTINGS =
                new java.util.concurrent.ConcurrentHashMap<>();
        private final long[] settings;

        GcraSlim(Supply s) {
            super(System.nanoTime());
            settings = SETTINGS.computeIfAbsent(s, x -> {
                long interval = Math.max(1, x.per.toNanos() / x.permits);
                return new long[] {interval, interval * (x.permits - 1)};
            });
        }

        @Override
        public boolean tryAcquire() {
            long interval = settings[0];
            long tolerance = settings[1];
            long now = System.nanoTime();
            while (true) {
                long t = get();
                long base = t - now < 0 ? now : t;
                if (base - now > tolerance) {
                    return false;
                }
                if (compareAndSet(t, base + interval)) {
                    return true;
                }
            }
        }

        @Override
        public long reserve() {
            long now = System.nanoTime();
            while (true) {
                long t = get();
                long base = t - now < 0 ? now : t;
                if (compareAndSet(t, base + settings[0])) {
                    return Math.max(0, base - now - settings[1]);
                }
            }
        }

        @Override
        public Object root() {
            return this;
        }
    }

    static final class Guava implements Limiter {
        private final RateLimiter limiter;

        Guava(Supply s) {
            limiter = RateLimiter.create(s.permits / (s.per.toNanos() / 1e9));
        }

        @Override
        public boolean tryAcquire() {
            return limiter.tryAcquire();
        }

        @Override
        public Object root() {
            return limiter;
        }
    }

    static final class B4j implements Limiter {
        private final Bucket bucket;

        B4j(Supply s, SynchronizationStrategy sync, boolean nanos) {
            LocalBucketBuilder b = Bucket.builder()
                    .addLimit(l -> l.capacity(s.permits).refillGreedy(s.permits, s.per))
                    .withSynchronizationStrategy(sync);
            bucket = (nanos ? b.withNanosecondPrecision() : b.withMillisecondPrecision()).build();
        }

        @Override
        public boolean tryAcquire() {
            return bucket.tryConsume(1);
        }

        @Override
        public long reserve() {
            return bucket.consumeIgnoringRateLimits(1);
        }

        @Override
        public Object root() {
            return bucket;
        }
    }

    private static RateLimiterConfig r4jConfig(Supply s) {
        return RateLimiterConfig.custom()
                .limitForPeriod((int) Math.min(Integer.MAX_VALUE, s.permits))
                .limitRefreshPeriod(s.per)
                .timeoutDuration(Duration.ZERO)
                .build();
    }

    static final class R4jAtomic implements Limiter {
        private final AtomicRateLimiter limiter;

        R4jAtomic(Supply s) {
            limiter = new AtomicRateLimiter("bench", r4jConfig(s));
        }

        @Override
        public boolean tryAcquire() {
            return limiter.acquirePermission(1);
        }

        @Override
        public long reserve() {
            return limiter.reservePermission(1);
        }

        @Override
        public Object root() {
            return limiter;
        }
    }

    static final class R4jSemaphore implements Limiter {
        /** One for all: by default each limiter starts a scheduler thread of its own. */
        private static final ScheduledExecutorService SHARED = Executors.newSingleThreadScheduledExecutor(r -> {
            Thread t = new Thread(r, "r4j-refill");
            t.setDaemon(true);
            return t;
        });

        private final SemaphoreBasedRateLimiter limiter;

        R4jSemaphore(Supply s) {
            limiter = new SemaphoreBasedRateLimiter("bench", r4jConfig(s), SHARED);
        }

        @Override
        public boolean tryAcquire() {
            return limiter.acquirePermission(1);
        }

        @Override
        public Object root() {
            return limiter;
        }
    }

    static final class Failsafe implements Limiter {
        private final dev.failsafe.RateLimiter<Object> limiter;

        Failsafe(Supply s, boolean smooth) {
            limiter = (smooth
                            ? dev.failsafe.RateLimiter.smoothBuilder(s.permits, s.per)
                            : dev.failsafe.RateLimiter.burstyBuilder(s.permits, s.per))
                    .build();
        }

        @Override
        public boolean tryAcquire() {
            return limiter.tryAcquirePermit();
        }

        @Override
        public long reserve() {
            return limiter.reservePermit().toNanos();
        }

        @Override
        public Object root() {
            return limiter;
        }
    }

    /** A scope of its own in a limiter that all of one supply share, as the scopes of a Headway do. */
    static final class Ours implements Limiter {
        private static final java.util.concurrent.ConcurrentHashMap<Supply, LocalRateLimiter> SHARED =
                new java.util.concurrent.ConcurrentHashMap<>();
        private static final java.util.concurrent.atomic.AtomicLong NUMBER =
                new java.util.concurrent.atomic.AtomicLong();

        private final TimeSource time = TimeSource.system();
        private final LocalRateLimiter limiter;
        private final Scope scope;

        Ours(Supply s) {
            limiter = SHARED.computeIfAbsent(s, Ours::limiter);
            scope = Scope.of("tenant-" + NUMBER.getAndIncrement());
        }

        static LocalRateLimiter limiter(Supply s) {
            return new LocalRateLimiter(
                    settings(TokenBucket.of(s.permits, s.per).burst(s.permits)),
                    TimeSource.system(),
                    new Events(null),
                    java.util.concurrent.ThreadLocalRandom::current);
        }

        private static Settings settings(Limit... told) {
            return new Settings(java.util.List.of(told), Pacing.EAGER, Integer.MAX_VALUE, 10_000_000);
        }

        /** Nothing is told. */
        static LocalRateLimiter untold() {
            return new LocalRateLimiter(
                    settings(), TimeSource.system(), new Events(null), java.util.concurrent.ThreadLocalRandom::current);
        }

        @Override
        public boolean tryAcquire() {
            long now = time.nanoTime();
            return limiter.acquire(scope, 1, now, now).state() == Permit.State.GRANTED;
        }

        @Override
        public Object root() {
            return scope;
        }
    }
}
