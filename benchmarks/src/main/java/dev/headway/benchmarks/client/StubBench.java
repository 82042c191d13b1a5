package dev.headway.benchmarks.client;

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

/** The whole call with a canned answer instead of a network. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class StubBench {
    @Param({"okhttp-bare"}) // RunStub gives the names
    public String impl;

    private Variant variant;

    @Setup(Level.Trial)
    public void open() {
        variant = Variants.create(impl, null);
    }

    @Benchmark
    public int call() throws Exception {
        return variant.call();
    }
}
