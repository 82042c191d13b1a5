package dev.headway.benchmarks.goodput;

import dev.headway.benchmarks.common.Stats;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * {@code RunGoodput OUT.csv server.mjs}: every strategy on every case. The cases run side by side, each against a limiter
 * of its own, the strategies of a case one after another, each under a fresh API key. Almost all of it is waiting, so the
 * cases hardly disturb each other; -Dserial=true runs them one by one.
 * -Dcases=a,b -Dstrategies=x,y -Drep=1 -Ddeadline=45 -Dshort=true (of Headway alone: see Check)
 */
public final class RunGoodput {
    private RunGoodput() {}

    /** A millisecond that one of its threads loses is a fifth of a call's place: the short form runs it when the others are done. */
    private static final String TIGHT = "nginx-r200b0-2000";

    static final class Row {
        String spec;
        String strategy;
        int rep;
        int calls;
        int ok;
        int failed;
        int sent;
        int accepted;
        int rejected;
        int other;
        double makespan;
        double minimum;
        double p50;
        double p99;
        double max;
        boolean cut;
        String key;

        static final String HEADER =
                "case,strategy,rep,calls,ok,failed,sent,accepted,rejected,other,makespan_s,minimum_s,"
                        + "x_minimum,p50_s,p99_s,max_s,deadline";

        String csv() {
            return String.format(
                    Locale.ROOT,
                    "%s,%s,%d,%d,%d,%d,%d,%d,%d,%d,%.3f,%.3f,%.4f,%.3f,%.3f,%.3f,%d",
                    spec,
                    strategy,
                    rep,
                    calls,
                    ok,
                    failed,
                    sent,
                    accepted,
                    rejected,
                    other,
                    makespan,
                    minimum,
                    makespan / minimum,
                    p50,
                    p99,
                    max,
                    cut ? 1 : 0);
        }
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        // calls cut off at the deadline inside a peer's back-off leave the last response open: known, not to be printed
        java.util.logging.Logger quiet = java.util.logging.Logger.getLogger("okhttp3.OkHttpClient");
        quiet.setLevel(java.util.logging.Level.OFF);
        Path out = Path.of(args[0]);
        Map<String, Strategy.Factory> all = Strategies.all();
        List<String> strategies = System.getProperty("strategies") == null
                ? new ArrayList<>(all.keySet())
                : Arrays.asList(System.getProperty("strategies").split(","));
        String only = System.getProperty("cases");
        List<Case> cases = only == null
                ? Case.ALL.subList(0, Case.DEFAULT)
                : Case.ALL.stream()
                        .filter(c -> Arrays.asList(only.split(",")).contains(c.name))
                        .collect(Collectors.toList());
        boolean brief = Boolean.getBoolean("short");
        if (brief) {
            cases = new ArrayList<>(cases);
            cases.sort(Comparator.comparing(c -> c.name.equals(TIGHT)));
        }
        int rep = Integer.getInteger("rep", 1);
        List<Row> rows = Collections.synchronizedList(new ArrayList<>());
        int differ;
        try (Servers servers = new Servers(Path.of("target/run").toAbsolutePath(), Path.of(args[1]))) {
            List<Thread> threads = new ArrayList<>();
            for (Case c : cases) {
                // each repetition starts elsewhere in the list, so that no strategy always has the noisy start
                List<String> order = new ArrayList<>(strategies);
                Collections.rotate(order, (rep - 1) * 5);
                ConcurrentLinkedQueue<String> left = new ConcurrentLinkedQueue<>(order);
                boolean alone = brief && c.name.equals(TIGHT);
                if (alone) {
                    joinAll(threads);
                }
                // where most strategies run into the deadline there are two at a time: their keys are their own
                for (int lane = 0; lane < (!brief && c.name.equals(TIGHT) ? 2 : 1); lane++) {
                    Thread t = new Thread(
                            () -> {
                                String s;
                                while ((s = left.poll()) != null) {
                                    try {
                                        rows.add(run(c, s, rep, all.get(s), servers.url(c)));
                                    } catch (Exception e) {
                                        System.err.println(c.name + " " + s + ": " + e);
                                    }
                                }
                            },
                            c.name);
                    t.start();
                    threads.add(t);
                }
                if (Boolean.getBoolean("serial")) {
                    joinAll(threads);
                } else {
                    Thread.sleep(700);
                }
            }
            joinAll(threads);
            differ = differ(rows, servers.counts());
        }
        rows.sort((a, b) -> {
            int i = index(a.spec) - index(b.spec);
            return i != 0 ? i : strategies.indexOf(a.strategy) - strategies.indexOf(b.strategy);
        });
        boolean fresh = !Files.exists(out);
        Files.createDirectories(out.toAbsolutePath().getParent());
        try (PrintWriter w = new PrintWriter(Files.newBufferedWriter(
                out, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND))) {
            if (fresh) {
                w.println(Row.HEADER);
            }
            rows.forEach(r -> w.println(r.csv()));
        }
        Report.main(new String[] {out.toString()});
        boolean passed = !brief || new Check(rows, cases.size() * strategies.size(), differ).passed();
        System.exit(passed ? 0 : 1);
    }

    private static void joinAll(List<Thread> threads) throws InterruptedException {
        for (Thread t : threads) {
            t.join();
        }
    }

    private static int index(String name) {
        for (int i = 0; i < Case.ALL.size(); i++) {
            if (Case.ALL.get(i).name.equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** In how many runs the client's counts are not the server's own. */
    private static int differ(List<Row> rows, Map<String, int[]> counts) {
        int differ = 0;
        for (Row r : rows) {
            int[] v = counts.getOrDefault(r.key, new int[2]);
            if (v[0] != r.accepted || v[1] != r.rejected + r.other) {
                differ++;
                System.out.printf(
                        "server counted otherwise: %s client %d+%d server %d+%d%n",
                        r.key, r.accepted, r.rejected, v[0], v[1]);
            }
        }
        System.out.printf("%d runs, client and server counts differ in %d%n", rows.size(), differ);
        return differ;
    }

    private static Row run(Case c, String name, int rep, Strategy.Factory f, String url) throws Exception {
        try (Strategy s = f.open(new Run(c, url, "warm-" + c.name + "-" + name + "-" + rep))) {
            s.call(); // classes loaded
        }
        Run run = new Run(c, url, c.name + "-" + name + "-" + rep);
        int deadline = Integer.getInteger("deadline", 45);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger ok = new AtomicInteger();
        AtomicLong last = new AtomicLong();
        long[] took = new long[c.calls];
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(c.threads);
        List<Thread> threads = new ArrayList<>();
        Strategy s = f.open(run);
        for (int i = 0; i < c.threads; i++) {
            Thread t = new Thread(() -> {
                try {
                    go.await();
                    int n;
                    while ((n = next.getAndIncrement()) < c.calls) {
                        long t0 = System.nanoTime();
                        try {
                            if (s.call() == 200) {
                                ok.incrementAndGet();
                            }
                        } catch (Throwable e) {
                            if (Thread.interrupted()) {
                                break;
                            }
                        }
                        long t1 = System.nanoTime();
                        took[n] = t1 - t0;
                        last.accumulateAndGet(t1, Math::max);
                    }
                } catch (InterruptedException e) {
                    // over
                } finally {
                    done.countDown();
                }
            });
            t.setDaemon(true);
            t.start();
            threads.add(t);
        }
        // A limiter that counts in windows of its own has lived for a while when the first call comes: a tenth of a
        // second,
        // and with each repetition another third of the server's window.
        Thread.sleep(100 + (long) (c.window * 1000 * ((rep - 1) % 3) / 3));
        go.countDown();
        boolean all = done.await(deadline, TimeUnit.SECONDS);
        if (!all) {
            next.set(Integer.MAX_VALUE / 2);
            threads.forEach(Thread::interrupt);
            done.await(3, TimeUnit.SECONDS);
        }
        Row r = new Row();
        r.spec = c.name;
        r.strategy = name;
        r.rep = rep;
        r.calls = c.calls;
        r.ok = ok.get();
        r.failed = c.calls - r.ok;
        r.sent = run.sent.get();
        r.accepted = run.accepted.get();
        r.rejected = run.rejected.get();
        r.other = run.other.get();
        r.makespan = all ? (last.get() - run.firstSent.get()) / 1e9 : deadline;
        r.minimum = c.minimumSeconds();
        double[] t =
                Arrays.stream(took).filter(x -> x > 0).mapToDouble(x -> x / 1e9).toArray();
        r.p50 = Stats.quantile(t, 0.5);
        r.p99 = Stats.quantile(t, 0.99);
        r.max = Stats.quantile(t, 1);
        r.key = run.key;
        r.cut = !all;
        s.close();
        System.err.printf(
                "%-24s %-20s ok %4d of %4d  sent %5d  rejected %5d  %.2f s (%.2fx)%s%n",
                c.name,
                name,
                r.ok,
                c.calls,
                r.sent,
                r.rejected,
                r.makespan,
                r.makespan / r.minimum,
                all ? "" : "  DEADLINE");
        return r;
    }
}
