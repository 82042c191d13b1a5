package dev.headway.benchmarks.client;

import com.sun.management.ThreadMXBean;
import dev.headway.benchmarks.common.Stats;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Real sockets: {@code RunLoopback OUT.csv}; a server in a JVM of its own, every client in this one. In each round each
 * client makes one block of calls, the order drawn anew, so drift and neighbours fall on all alike. The added cost is the
 * median over the rounds of (block's p50 less the bare client's p50 in the same round).
 * -Drounds=40 -Dblock=300 -Dimpls=a,b
 */
public final class RunLoopback {
    private RunLoopback() {}

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final class Row {
        final List<long[]> blocks = new ArrayList<>();
        final List<Double> bytes = new ArrayList<>();
        final List<Double> p50 = new ArrayList<>();
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int rounds = Integer.getInteger("rounds", 40);
        int block = Integer.getInteger("block", 300);
        List<String> names = Arrays.stream(new String[][] {Variants.OKHTTP, Variants.JDK})
                .flatMap(Arrays::stream)
                .collect(Collectors.toList());
        if (System.getProperty("impls") != null) {
            names = Arrays.asList(System.getProperty("impls").split(","));
        }
        Process server = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Dsun.net.httpserver.nodelay=true",
                        "-Dsun.net.httpserver.maxIdleConnections=2000",
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoopServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String port = new BufferedReader(new InputStreamReader(server.getInputStream())).readLine();
            String url = "http://127.0.0.1:" + port + "/x";
            run(names, url, rounds, block, Path.of(args[0]));
        } finally {
            server.destroy();
        }
        System.exit(0);
    }

    private static void run(List<String> names, String url, int rounds, int block, Path out) throws Exception {
        Map<String, Variant> variants = new LinkedHashMap<>();
        Map<String, Row> rows = new LinkedHashMap<>();
        for (String n : names) {
            variants.put(n, Variants.create(n, url));
            rows.put(n, new Row());
        }
        List<String> order = new ArrayList<>(names);
        Random random = new Random(42);
        int warm = Math.max(4, rounds / 4);
        for (int round = -warm; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (String n : order) {
                Variant v = variants.get(n);
                v.call();
                long[] lat = new long[block];
                long b0 = allocated();
                for (int i = 0; i < block; i++) {
                    long t = System.nanoTime();
                    if (v.call() != 200) {
                        throw new IllegalStateException(n);
                    }
                    lat[i] = System.nanoTime() - t;
                }
                long b1 = allocated();
                if (round >= 0) {
                    Row r = rows.get(n);
                    r.blocks.add(lat);
                    r.bytes.add((b1 - b0) / (double) block);
                    Arrays.sort(lat);
                    r.p50.add(lat[block / 2] / 1e3);
                }
            }
        }
        Map<String, Integer> serial = connections(url, true);
        Map<String, Integer> burst = new HashMap<>();
        for (String n : names) {
            burst(Variants.create(n, url));
            burst.put(n, connections(url, true).getOrDefault(n, -1));
        }
        Files.createDirectories(out.toAbsolutePath().getParent());
        try (PrintWriter w = new PrintWriter(Files.newBufferedWriter(out))) {
            w.println("impl,p50_us,p50_block_min_us,p50_block_max_us,p99_us,added_p50_us,added_q1_us,added_q3_us,"
                    + "bytes_per_call,added_bytes,connections_serial,connections_16_threads");
            System.out.printf(
                    "%-26s %8s %17s %8s %9s %17s %9s %9s %6s %6s%n",
                    "impl", "p50 us", "[q1 .. q3]", "p99 us", "+p50 us", "[q1 .. q3]", "B/call", "+B", "conns", "c16");
            for (String n : names) {
                Row r = rows.get(n);
                Row base = rows.get(n.startsWith("okhttp") ? "okhttp-bare" : "jdk-bare");
                double[] all = r.blocks.stream()
                        .flatMapToLong(Arrays::stream)
                        .mapToDouble(x -> x / 1e3)
                        .toArray();
                double[] blocks = r.p50.stream().mapToDouble(x -> x).toArray();
                double[] added = new double[rounds];
                double addedBytes = Double.NaN;
                Arrays.fill(added, Double.NaN);
                if (base != null) {
                    for (int i = 0; i < rounds; i++) {
                        added[i] = r.p50.get(i) - base.p50.get(i);
                    }
                    addedBytes = Stats.median(r.bytes) - Stats.median(base.bytes);
                }
                double p50 = Stats.quantile(all, 0.5);
                double p99 = Stats.quantile(all, 0.99);
                System.out.printf(
                        "%-26s %8.1f [%6.1f .. %6.1f] %8.1f %9.2f [%6.2f .. %6.2f] %9.0f %9.0f %6d %6d%n",
                        n,
                        p50,
                        Stats.quantile(blocks, 0.25),
                        Stats.quantile(blocks, 0.75),
                        p99,
                        Stats.quantile(added, 0.5),
                        Stats.quantile(added, 0.25),
                        Stats.quantile(added, 0.75),
                        Stats.median(r.bytes),
                        addedBytes,
                        serial.getOrDefault(n, -1),
                        burst.get(n));
                w.printf(
                        "%s,%.2f,%.2f,%.2f,%.2f,%.3f,%.3f,%.3f,%.0f,%.0f,%d,%d%n",
                        n,
                        p50,
                        Stats.quantile(blocks, 0),
                        Stats.quantile(blocks, 1),
                        p99,
                        Stats.quantile(added, 0.5),
                        Stats.quantile(added, 0.25),
                        Stats.quantile(added, 0.75),
                        Stats.median(r.bytes),
                        addedBytes,
                        serial.getOrDefault(n, -1),
                        burst.get(n));
            }
        }
    }

    /** 16 threads, 25 calls each, on a fresh client: how many connections does that open? */
    private static void burst(Variant v) throws InterruptedException {
        AtomicInteger bad = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Thread t = new Thread(() -> {
                try {
                    go.await();
                    for (int k = 0; k < 25; k++) {
                        v.call();
                    }
                } catch (Exception e) {
                    bad.incrementAndGet();
                }
            });
            t.start();
            threads.add(t);
        }
        go.countDown();
        for (Thread t : threads) {
            t.join();
        }
        if (bad.get() > 0) {
            throw new IllegalStateException(bad + " threads failed");
        }
    }

    private static long allocated() {
        long sum = 0;
        for (long b : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, b);
        }
        return sum;
    }

    private static Map<String, Integer> connections(String url, boolean clear) throws Exception {
        String body = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url.replace("/x", "/stats" + (clear ? "?clear" : ""))))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        Map<String, Integer> m = new HashMap<>();
        for (String line : body.split("\n")) {
            if (line.contains("=")) {
                m.put(line.substring(0, line.indexOf('=')), Integer.parseInt(line.substring(line.indexOf('=') + 1)));
            }
        }
        return m;
    }
}
