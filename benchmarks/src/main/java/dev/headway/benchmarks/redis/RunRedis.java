package dev.headway.benchmarks.redis;

import dev.headway.benchmarks.common.Stats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code RunRedis OUT.csv}: a Redis of our own, and four processes. Speed: a limit that is never reached. Correctness: 500 a second,
 * and four processes of two threads that take all they get for five seconds.
 * -Drounds=6 -Dwarm=12000 -Dmillis=500 -Dreps=2 -Dcases=speed,correct -Dimpls=a,b
 */
public final class RunRedis {
    private RunRedis() {}

    private static final int PROCESSES = 4;
    private static final int[][] SHAPES = {{1, 1}, {1, 8}, {PROCESSES, 1}};
    private static final long PLENTY = 1_000_000_000;
    private static final int LIMIT = 500;
    private static final int WINDOW_MILLIS = 1000;
    private static final int SECONDS = 5;

    private static final class Worker {
        final Process process;
        final BufferedReader in;
        final PrintWriter out;

        Worker() throws IOException {
            process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-Xms128m",
                            "-Xmx768m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RedisWorker.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            out = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        }

        String answer() throws IOException {
            String line = in.readLine();
            if (line == null) {
                throw new IOException("a worker has gone");
            }
            return line;
        }
    }

    /** What the processes came to in one run. */
    private static final class Sum {
        final List<Long> granted = new ArrayList<>();
        long refused;
        long errors;
        long all;

        long grants() {
            return granted.stream().mapToLong(Long::longValue).sum();
        }

        /** Jain's index: 1 where all got the same, 1/n where one got all. */
        double fairness() {
            double squares = granted.stream().mapToDouble(n -> (double) n * n).sum();
            return (double) grants() * grants() / (granted.size() * squares);
        }
    }

    private static final class Row {
        final List<Double> permits = new ArrayList<>();
        final List<Double> calls = new ArrayList<>();
        long errors;
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        List<String> impls = Arrays.asList(System.getProperty("impls", String.join(",", SharedLimiters.ALL))
                .split(","));
        String cases = System.getProperty("cases", "speed,correct");
        List<Worker> workers = new ArrayList<>();
        RedisServer redis = new RedisServer();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            workers.forEach(worker -> worker.process.destroy());
            redis.close();
        }));
        System.out.println("Redis " + redis.version());
        for (int i = 0; i < PROCESSES; i++) {
            workers.add(new Worker());
        }
        Path csv = Path.of(args[0]).toAbsolutePath();
        Files.createDirectories(csv.getParent());
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv), true)) {
            if (cases.contains("speed")) {
                speed(impls, redis, workers, out);
            }
            if (cases.contains("correct")) {
                correct(impls, redis, workers, out);
            }
        }
        System.exit(0);
    }

    private static void speed(List<String> impls, RedisServer redis, List<Worker> workers, PrintWriter csv)
            throws IOException {
        int rounds = Integer.getInteger("rounds", 5);
        int millis = Integer.getInteger("millis", 1000);
        int warm = Integer.getInteger("warm", 40_000);
        Map<String, Row> rows = new LinkedHashMap<>();
        for (int[] shape : SHAPES) {
            for (String impl : impls) {
                rows.put(impl + "," + shape[0] + "," + shape[1], new Row());
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (String impl : impls) {
                open(workers, impl, redis.port, "speed:" + impl + ":" + round, PLENTY);
                if (round == 0 && warm > 0) {
                    run(workers, 1, 0, warm, "-");
                }
                for (int[] shape : SHAPES) {
                    Row row = rows.get(impl + "," + shape[0] + "," + shape[1]);
                    redis.commands.configResetstat();
                    Sum sum = run(workers.subList(0, shape[0]), shape[1], round == 0 ? 900 : 300, millis, "-");
                    row.permits.add((sum.grants() + sum.refused) * 1000.0 / millis);
                    row.calls.add(redis.calls(impl) / (double) Math.max(1, sum.all));
                    row.errors += sum.errors + (impl.equals(SharedLimiters.FLOOR) ? 0 : sum.refused);
                }
                close(workers);
                redis.commands.flushall();
            }
            System.err.printf("round %d of %d done%n", round + 1, rounds);
        }
        csv.println(
                "speed,impl,processes,threads,median_permits_s,min,max,share_of_floor,engine_calls_a_permit,errors");
        System.out.printf(
                "%-16s %5s %7s %10s %21s %8s %12s %6s%n",
                "limiter", "procs", "threads", "permits/s", "[min .. max]", "x floor", "calls/permit", "errors");
        rows.forEach((name, row) -> {
            String[] words = name.split(",");
            Row floor = rows.get(SharedLimiters.FLOOR + "," + words[1] + "," + words[2]);
            double median = Stats.median(row.permits);
            double share = floor == null ? Double.NaN : median / Stats.median(floor.permits);
            double calls = Stats.median(row.calls);
            System.out.printf(
                    "%-16s %5s %7s %10.0f [%8.0f .. %8.0f] %8.3f %12.3f %6d%n",
                    words[0],
                    words[1],
                    words[2],
                    median,
                    Stats.min(row.permits),
                    Stats.max(row.permits),
                    share,
                    calls,
                    row.errors);
            csv.printf(
                    "speed,%s,%s,%s,%.0f,%.0f,%.0f,%.4f,%.4f,%d%n",
                    words[0],
                    words[1],
                    words[2],
                    median,
                    Stats.min(row.permits),
                    Stats.max(row.permits),
                    share,
                    calls,
                    row.errors);
        });
    }

    /**
     * Permits granted in five seconds of 500 a second, beside what the algorithm allows: a token bucket may give 500 at once and
     * 500 a second after (and so up to 1000 in one second), a window 500 in any second. The moments are those at which a call
     * that follows the permit at once comes to the engine, by its clock, so that an exact window may show a few over 500 as well.
     */
    private static void correct(List<String> impls, RedisServer redis, List<Worker> workers, PrintWriter csv)
            throws IOException {
        int reps = Integer.getInteger("reps", 2);
        csv.println("correct,impl,rep,granted,allowed,most_in_any_second,most_allowed,fairness,refused,errors");
        System.out.printf(
                "%n%-16s %4s %8s %8s %18s %8s %9s %9s %7s   (%d a second for %d s, %d processes of 2 threads)%n",
                "limiter",
                "rep",
                "granted",
                "allowed",
                "most in any second",
                "allowed",
                "fairness",
                "refused",
                "errors",
                LIMIT,
                SECONDS,
                PROCESSES);
        for (int rep = 1; rep <= reps; rep++) {
            for (String impl : impls) {
                // With a backlog, a thread uses its permits one after another: its calls come later than they were
                // granted.
                if (impl.equals(SharedLimiters.FLOOR) || impl.equals(SharedLimiters.LEASES)) {
                    continue;
                }
                String journal = "journal:" + impl + ":" + rep;
                open(workers, impl, redis.port, "correct:" + impl + ":" + rep, LIMIT);
                Sum sum = run(workers, 2, 0, SECONDS * 1000, journal);
                close(workers);
                int most = mostInAnyWindow(redis.commands.lrange(journal, 0, -1));
                boolean windows = SharedLimiters.countsWindows(impl);
                int allowed = LIMIT * SECONDS + (windows ? 0 : LIMIT);
                int mostAllowed = windows ? LIMIT : 2 * LIMIT;
                System.out.printf(
                        "%-16s %4d %8d %8d %18d %8d %9.3f %9d %7d%n",
                        impl, rep, sum.grants(), allowed, most, mostAllowed, sum.fairness(), sum.refused, sum.errors);
                csv.printf(
                        "correct,%s,%d,%d,%d,%d,%d,%.4f,%d,%d%n",
                        impl, rep, sum.grants(), allowed, most, mostAllowed, sum.fairness(), sum.refused, sum.errors);
            }
        }
    }

    private static int mostInAnyWindow(List<String> journal) {
        long[] times = journal.stream().mapToLong(Long::parseLong).sorted().toArray();
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.length; last++) {
            while (times[last] - times[first] >= WINDOW_MILLIS * 1000L) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private static void open(List<Worker> workers, String impl, int port, String key, long permits) throws IOException {
        for (Worker worker : workers) {
            worker.out.println("OPEN " + impl + " " + port + " " + key + " " + permits + " " + WINDOW_MILLIS);
        }
        for (Worker worker : workers) {
            worker.answer();
        }
    }

    private static void close(List<Worker> workers) throws IOException {
        for (Worker worker : workers) {
            worker.out.println("CLOSE");
        }
        for (Worker worker : workers) {
            worker.answer();
        }
    }

    private static Sum run(List<Worker> workers, int threads, long warm, long millis, String journal)
            throws IOException {
        long start = System.currentTimeMillis() + 60;
        for (Worker worker : workers) {
            worker.out.println("RUN " + threads + " " + start + " " + warm + " " + millis + " " + journal);
        }
        Sum sum = new Sum();
        for (Worker worker : workers) {
            String[] words = worker.answer().split(" ");
            sum.granted.add(Long.parseLong(words[0]));
            sum.refused += Long.parseLong(words[1]);
            sum.errors += Long.parseLong(words[2]);
            sum.all += Long.parseLong(words[3]);
        }
        return sum;
    }
}
