package dev.headway.benchmarks.limiter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Look a key up among a million at random, then take a permit: what a per-tenant limiter costs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyedBench {

    @State(Scope.Benchmark)
    public static class Shared {
        @Param({"floor-gcra-cas"}) // RunLimiters gives the names
        public String impl;

        @Param({"chm"})
        public String map;

        @Param({"1000000"})
        public int keys;

        String[] names;
        ConcurrentHashMap<String, Limiter> chm;
        Cache<String, Limiter> caffeine;

        @Setup(Level.Trial)
        public void open() {
            names = new String[keys];
            chm = new ConcurrentHashMap<>(keys * 2);
            caffeine = Caffeine.newBuilder().maximumSize(2L * keys).build();
            for (int i = 0; i < keys; i++) {
                names[i] = "tenant-" + i;
                Limiter l = Limiters.create(impl, Limiters.Supply.USUAL);
                if (map.equals("chm")) {
                    chm.put(names[i], l);
                } else {
                    caffeine.put(names[i], l);
                }
            }
        }
    }

    @State(Scope.Thread)
    public static class Dice {
        long x = Thread.currentThread().getId() * 0x9E3779B97F4A7C15L | 1;

        int next(int bound) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
            return (int) ((x >>> 33) % bound);
        }
    }

    @Benchmark
    public boolean keyedTryAcquire(Shared s, Dice d) {
        String key = s.names[d.next(s.keys)];
        Limiter l = s.map.equals("chm") ? s.chm.get(key) : s.caffeine.getIfPresent(key);
        return l.tryAcquire();
    }
}
