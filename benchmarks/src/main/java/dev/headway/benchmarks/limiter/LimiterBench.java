package dev.headway.benchmarks.limiter;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One shared limiter, hammered: each name runs in forks of its own, so the calls stay monomorphic. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LimiterBench {

    @State(Scope.Benchmark)
    public static class Shared {
        @Param({"floor-gcra-cas"}) // RunLimiters gives the names
        public String impl;

        @Param({"PLENTY"})
        public Limiters.Supply supply;

        Limiter limiter;

        @Setup(Level.Trial)
        public void open() {
            limiter = Limiters.create(impl, supply);
            if (supply == Limiters.Supply.NONE) {
                for (int i = 0; i < 4; i++) {
                    limiter.tryAcquire();
                }
            }
        }
    }

    /** How many were refused: shows that PLENTY is plenty and NONE is none. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Refusals {
        public long refused;

        @Setup(Level.Iteration)
        public void clear() {
            refused = 0;
        }
    }

    @Benchmark
    public boolean tryAcquire(Shared s, Refusals r) {
        boolean got = s.limiter.tryAcquire();
        if (!got) {
            r.refused++;
        }
        return got;
    }

    @Benchmark
    public long reserve(Shared s) {
        return s.limiter.reserve();
    }
}
