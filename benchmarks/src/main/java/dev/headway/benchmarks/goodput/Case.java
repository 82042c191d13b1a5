package dev.headway.benchmarks.goodput;

import java.util.List;

/** One limiter of one server under one workload, and the least time that the limit leaves for it. */
public final class Case {
    public final String name;
    public final boolean nginx;
    public final String path;
    /** Steady rate, permits a second. */
    public final double rate;
    /** What may go at once at the very start: 1 + burst for nginx, the window's limit for express. */
    public final int atOnce;
    /** Length of a fixed window in seconds; 0 for the leaky bucket. */
    public final double window;

    public final int calls;
    public final int threads;
    /** nginx without nodelay holds the burst back itself. */
    public final boolean serverDelays;

    private Case(
            String name,
            boolean nginx,
            String path,
            double rate,
            int atOnce,
            double window,
            int calls,
            int threads,
            boolean serverDelays) {
        this.name = name;
        this.nginx = nginx;
        this.path = path;
        this.rate = rate;
        this.atOnce = atOnce;
        this.window = window;
        this.calls = calls;
        this.threads = threads;
        this.serverDelays = serverDelays;
    }

    private static Case nginx(String name, int rate, int burst, boolean delay, int calls, int threads) {
        return new Case(
                name, true, "/" + name.substring(6, name.lastIndexOf('-')), rate, 1 + burst, 0, calls, threads, delay);
    }

    private static Case express(String name, String headers, int limit, int calls, int threads) {
        return new Case(name, false, "/" + headers + "/" + limit, limit / 5.0, limit, 5.0, calls, threads, false);
    }

    /** nginx-PATH-CALLS, express-...-CALLS. */
    public static final List<Case> ALL = List.of(
            nginx("nginx-r20b0-200", 20, 0, false, 200, 200),
            nginx("nginx-r20b20nd-200", 20, 20, false, 200, 200),
            nginx("nginx-r20b20ra-200", 20, 20, false, 200, 200), // as nd, and 429 comes with Retry-After: 1
            nginx("nginx-r20b20dl-200", 20, 20, true, 200, 200),
            express("express-100w5-legacy-200", "legacy", 100, 200, 200),
            express("express-100w5-draft8-200", "draft8", 100, 200, 200),
            nginx("nginx-r200b0-2000", 200, 0, false, 2000, 50),
            nginx("nginx-r200b50nd-2000", 200, 50, false, 2000, 50),
            express("express-500w5-draft6-2000", "draft6", 500, 2000, 50),
            // not in the default run
            express("express-100w5-draft6-200", "draft6", 100, 200, 200),
            express("express-100w5-draft7-200", "draft7", 100, 200, 200),
            express("express-500w5-draft8-2000", "draft8", 500, 2000, 50));

    public static final int DEFAULT = 9;

    /** The last call's permit cannot come sooner than this many seconds after the first call's. */
    public double minimumSeconds() {
        if (window > 0) {
            return ((calls + atOnce - 1) / atOnce - 1) * window;
        }
        int free = serverDelays ? 1 : atOnce;
        return Math.max(0, calls - free) / rate;
    }
}
