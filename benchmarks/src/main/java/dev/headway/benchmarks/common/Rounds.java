package dev.headway.benchmarks.common;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * JMH in rounds: every name runs once a round, in a fork of its own, so that this machine's noise falls on all alike.
 * Keeps every iteration of every round and prints median, spread, ratio to the baseline and bytes allocated per call.
 */
public final class Rounds {
    private static final class Row {
        final List<Double> ns = new ArrayList<>();
        final List<Double> bytes = new ArrayList<>();
        double refused;
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();

    /** The benchmark must take its subject's name as the parameter {@code impl}. */
    public void grid(
            String label,
            String bench,
            List<String> impls,
            int threads,
            Map<String, String> params,
            int warmups,
            int millis)
            throws RunnerException {
        ChainedOptionsBuilder b = new OptionsBuilder()
                .include(bench.replace(".", "\\.") + "$")
                .param("impl", impls.toArray(new String[0]))
                .threads(threads)
                .forks(1)
                .warmupIterations(warmups)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(millis))
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xms1g", "-Xmx3g", "-XX:+UseParallelGC")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        params.forEach((k, v) -> b.param(k, v));
        for (RunResult r : new Runner(b.build()).run()) {
            Row row =
                    rows.computeIfAbsent(label + "," + r.getParams().getParam("impl") + "," + threads, k -> new Row());
            for (BenchmarkResult br : r.getBenchmarkResults()) {
                for (IterationResult it : br.getIterationResults()) {
                    row.ns.add(it.getPrimaryResult().getScore());
                    row.bytes.add(Math.max(0, score(it.getSecondaryResults(), "gc.alloc.rate.norm")));
                    row.refused += Math.max(0, score(it.getSecondaryResults(), "refused"));
                }
            }
        }
    }

    private static double score(Map<String, Result> all, String name) {
        for (Map.Entry<String, Result> e : all.entrySet()) {
            if (e.getKey().endsWith(name)) {
                return e.getValue().getScore();
            }
        }
        return 0;
    }

    /** {@code bases}: the names to compare with; a row is compared with the first of them that its label has. */
    public void print(Path out, String... bases) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Files.createDirectories(out.toAbsolutePath().getParent());
        try (PrintWriter w = new PrintWriter(Files.newBufferedWriter(out))) {
            w.println(
                    "case,impl,threads,median_ns,min_ns,max_ns,mops_total,ratio_to_base,added_ns,bytes_per_op,refused,samples");
            System.out.printf(
                    "%-20s %-26s %2s %9s %19s %8s %7s %9s %8s%n",
                    "case", "impl", "T", "ns/op", "[min .. max]", "Mops/s", "xbase", "+ns", "B/op");
            for (Map.Entry<String, Row> e : rows.entrySet()) {
                String[] k = e.getKey().split(",");
                Row r = e.getValue();
                double m = Stats.median(r.ns);
                int threads = Integer.parseInt(k[2]);
                double base = Double.NaN;
                for (int i = 0; i < bases.length && Double.isNaN(base); i++) {
                    Row b = rows.get(k[0] + "," + bases[i] + "," + k[2]);
                    base = b == null ? Double.NaN : Stats.median(b.ns);
                }
                double mops = threads * 1e3 / m;
                System.out.printf(
                        "%-20s %-26s %2d %9.1f [%7.1f .. %7.1f] %8.2f %7.2f %9.1f %8.1f%s%n",
                        k[0],
                        k[1],
                        threads,
                        m,
                        Stats.min(r.ns),
                        Stats.max(r.ns),
                        mops,
                        m / base,
                        m - base,
                        Stats.median(r.bytes),
                        r.refused > 0 && k[0].endsWith("granted") ? "  refused=" + r.refused : "");
                w.printf(
                        "%s,%s,%d,%.2f,%.2f,%.2f,%.3f,%.3f,%.2f,%.2f,%.0f,%d%n",
                        k[0],
                        k[1],
                        threads,
                        m,
                        Stats.min(r.ns),
                        Stats.max(r.ns),
                        mops,
                        m / base,
                        m - base,
                        Stats.median(r.bytes),
                        r.refused,
                        r.ns.size());
            }
        }
    }
}
