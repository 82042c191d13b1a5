package dev.headway.internal.limiter.simulation;

import static dev.headway.internal.limiter.simulation.Gate.Measure.FAILED;
import static dev.headway.internal.limiter.simulation.Gate.Measure.GOODPUT;
import static dev.headway.internal.limiter.simulation.Gate.Measure.P99;
import static dev.headway.internal.limiter.simulation.Gate.Measure.REFUSED;
import static dev.headway.internal.limiter.simulation.Gate.Measure.REFUSED_PERCENT;
import static dev.headway.internal.limiter.simulation.Gate.Measure.REFUSED_PER_SUCCESS;
import static dev.headway.internal.limiter.simulation.Gate.Measure.SECONDS;
import static dev.headway.internal.limiter.simulation.Gate.Measure.TIMES_LEAST;

import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What the limiter must come to, situation by situation. */
final class Gates {

    /** A server that counts so much in such a window, its phase drawn from the seed. */
    private enum Counts {
        FIRST("first request"),
        CLOCK("clock"),
        LOG("log"),
        COUNTER("counter");

        private final String words;

        Counts(String words) {
            this.words = words;
        }

        SimulatedServer server(Size size, RandomGenerator random) {
            long phase = random.nextLong(size.window().toNanos());
            return switch (this) {
                case FIRST -> SimulatedServer.fixedWindow(size.limit, size.window());
                case CLOCK -> SimulatedServer.clockWindow(size.limit, size.window(), phase);
                case LOG -> SimulatedServer.slidingLog(size.limit, size.window());
                case COUNTER -> SimulatedServer.slidingCounter(size.limit, size.window(), phase);
            };
        }
    }

    /** A limit and its window in seconds. */
    private record Size(int limit, int seconds) {

        Duration window() {
            return Duration.ofSeconds(seconds);
        }

        Quota quota() {
            return Quota.of(limit).per(window());
        }

        double perSecond() {
            return limit / (double) seconds;
        }

        /** The time that the limit leaves for so many calls. */
        double least(int calls) {
            return (calls - 1) / limit * seconds;
        }

        @Override
        public String toString() {
            return limit + "/" + seconds + " s";
        }
    }

    private static final double ROUND_TRIP = Network.TYPICAL.roundTrip();
    private static final Duration WARM = Duration.ofSeconds(30);

    private static final Size SHORT = new Size(100, 1);
    private static final Size MIDDLE = new Size(100, 5);
    private static final Size LARGE = new Size(500, 5);
    private static final Size MINUTE = new Size(600, 60);
    private static final Size HOUR = new Size(5000, 3600);
    private static final List<Size> SIZES = List.of(SHORT, MIDDLE, LARGE, MINUTE);

    private final List<Gate> all = new ArrayList<>();

    private Gates() {
        toldBursts();
        toldEndless();
        toldOtherwise();
        headerBursts();
        headerEndless();
        counters();
        slowHandlers();
        slowBucket();
        buckets();
        nothingTold();
        untoldBuckets();
        noBurst();
        busyMachine();
        coldClient();
        knownColdClient();
        cold();
        others();
        changes();
    }

    static List<Gate> all() {
        return new Gates().all;
    }

    private Gate gate(String group, String name, double least, LongFunction<Result> run) {
        Gate gate = new Gate(group, name, least, run);
        all.add(gate);
        return gate;
    }

    private static Simulation on(Counts counts, Size size, Tells tells, long seed) {
        return new Simulation(counts.server(size, new SplittableRandom(seed * 7919)), tells, seed);
    }

    private static Simulation on(SimulatedServer server, Tells tells, long seed) {
        return new Simulation(server, tells, seed);
    }

    private static Duration length(Size size) {
        return Duration.ofSeconds(30 + Math.max(60, 20L * size.seconds));
    }

    /** Until a server that counts otherwise is recognised. */
    private static Duration warmUp(Size size) {
        return Duration.ofSeconds(Math.max(30, 5L * size.seconds));
    }

    // ---- told a quota

    private void toldBursts() {
        for (Size size : SIZES) {
            double factor = size.seconds >= 5 ? 1.1 : 1.3;
            for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK, Counts.LOG)) {
                String name = counts.words + " " + size;
                gate(
                                "told, n ≤ L",
                                name,
                                0,
                                seed -> on(counts, size, Tells.NOTHING, seed)
                                        .told(size.quota())
                                        .burst(size.limit))
                        .atMost(REFUSED, 0)
                        .atMost(SECONDS, 2 * ROUND_TRIP);
                for (int calls : new int[] {200, 1000}) {
                    gate(
                                    "told, any n",
                                    name + ", n=" + calls,
                                    size.least(calls),
                                    seed -> on(counts, size, Tells.NOTHING, seed)
                                            .told(size.quota())
                                            .burst(calls))
                            .atMost(REFUSED, 0)
                            .atMost(TIMES_LEAST, calls <= size.limit ? 2 : factor);
                }
                int part = size.limit * 6 / 10;
                gate(
                                "told, two bursts of 0.6 L",
                                name,
                                size.seconds,
                                seed -> on(counts, size, Tells.NOTHING, seed)
                                        .told(size.quota())
                                        .twoBursts(part, Duration.ofMillis(700L * size.seconds)))
                        .atMost(REFUSED, 0)
                        .atMost(TIMES_LEAST, 1.15);
            }
        }
    }

    private void toldEndless() {
        for (Size size : SIZES) {
            for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK, Counts.LOG)) {
                gate(
                                "told, endless",
                                counts.words + " " + size,
                                0,
                                seed -> on(counts, size, Tells.NOTHING, seed)
                                        .told(size.quota())
                                        .endless(300, length(size), WARM))
                        .atMost(REFUSED, 0)
                        .atLeast(GOODPUT, size.seconds >= 60 ? 98 : 95);
            }
            gate(
                            "told, endless",
                            "counter " + size,
                            0,
                            seed -> on(Counts.COUNTER, size, Tells.NOTHING, seed)
                                    .told(size.quota())
                                    .endless(300, length(size), warmUp(size)))
                    .atMost(REFUSED_PERCENT, 0.1)
                    .atLeast(GOODPUT, 93);
        }
        gate(
                        "told, Poisson 80 %",
                        "log 100/5 s",
                        0,
                        seed -> on(Counts.LOG, MIDDLE, Tells.NOTHING, seed)
                                .told(MIDDLE.quota())
                                .poisson(16, Duration.ofMinutes(5)))
                .atMost(REFUSED, 0)
                .atMost(P99, 1);
        gate(
                        "told, 30 % cancelled",
                        "log 100/1 s",
                        0,
                        seed -> on(Counts.LOG, SHORT, Tells.NOTHING, seed)
                                .told(SHORT.quota())
                                .cancelled(0.3)
                                .endless(300, length(SHORT), WARM))
                .atMost(REFUSED, 0)
                // Where nobody leaves it is 98.03.
                .atLeast(GOODPUT, 97.93);
    }

    private void toldOtherwise() {
        // A quota told of a server that is a bucket: the first burst is lost, then it gets the burst that it has shown.
        for (Tells tells : List.of(Tells.NOTHING, Tells.RETRY_AFTER)) {
            gate(
                            "told a quota, is a bucket",
                            "nginx 20/s, burst 20 as 100/5 s, n=1000 " + tells,
                            49,
                            seed -> on(SimulatedServer.nginx(20, 20, false), tells, seed)
                                    .told(MIDDLE.quota())
                                    .burst(1000))
                    .atMost(REFUSED, 200)
                    .atMost(TIMES_LEAST, 1.15);
        }
        gate(
                        "told a quota, is a bucket",
                        "nginx 20/s, burst 20 as 100/5 s, endless",
                        0,
                        seed -> on(SimulatedServer.nginx(20, 20, false), Tells.NOTHING, seed)
                                .told(MIDDLE.quota())
                                .endless(300, length(MIDDLE), WARM))
                .atMost(REFUSED_PERCENT, 0.1)
                .atLeast(GOODPUT, 95);
        gate(
                        "told, counter, then idle",
                        "100/5 s, 200 calls, and 95 a minute later",
                        60,
                        seed -> on(Counts.COUNTER, MIDDLE, Tells.NOTHING, seed)
                                .told(MIDDLE.quota())
                                .twoBursts(200, Duration.ofMinutes(1), 95))
                .atMost(REFUSED, 0.5 * MIDDLE.limit)
                .atMost(SECONDS, 60 + 2 * ROUND_TRIP);
        gate(
                        "told, counter, halved for a minute",
                        "100/5 s",
                        0,
                        seed -> on(Counts.COUNTER, MIDDLE, Tells.NOTHING, seed)
                                .told(MIDDLE.quota())
                                .at(Duration.ofMinutes(1), server -> server.limit(50))
                                .at(Duration.ofMinutes(2), server -> server.limit(100))
                                .endless(300, Duration.ofMinutes(20), Duration.ofMinutes(12)))
                .atMost(REFUSED_PERCENT, 0.1)
                .atLeast(GOODPUT, 90);
        gate(
                        "told, late messages",
                        "first request 100/1 s, 1 % about 100 ms late",
                        0,
                        seed -> on(Counts.FIRST, SHORT, Tells.NOTHING, seed)
                                .over(Network.WITH_TAIL)
                                .told(SHORT.quota())
                                .endless(300, length(SHORT), WARM))
                .atMost(REFUSED_PERCENT, 0.05)
                .atLeast(GOODPUT, 95);
    }

    // ---- headers

    private void headerBursts() {
        for (Size size : SIZES) {
            for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK, Counts.LOG)) {
                for (Tells tells : List.of(Tells.SECONDS, Tells.POLICY, Tells.EPOCH)) {
                    if (tells == Tells.EPOCH && size.seconds == 1) {
                        // A reset in whole seconds since 1970 is up to 2 s away: no use for a window of 1 s.
                        continue;
                    }
                    String name = counts.words + " " + size + " " + tells;
                    gate(
                                    "headers, n ≤ L",
                                    name,
                                    0,
                                    seed -> on(counts, size, tells, seed).burst(size.limit))
                            .atMost(REFUSED, 0)
                            .atMost(SECONDS, 2 * ROUND_TRIP);
                    gate(
                                    "headers, n > L",
                                    name + ", n=1000",
                                    size.least(1000),
                                    seed -> on(counts, size, tells, seed).burst(1000))
                            .atMost(REFUSED, 0)
                            .atMost(TIMES_LEAST, tells == Tells.EPOCH ? 1.25 : 1.2);
                }
            }
        }
        gate(
                        "headers, n ≤ L",
                        "first 5000/3600 s, n=1000",
                        0,
                        seed -> on(Counts.FIRST, HOUR, Tells.SECONDS, seed).burst(1000))
                .atMost(REFUSED, 0)
                .atMost(SECONDS, 2 * ROUND_TRIP);
        for (Tells tells : List.of(Tells.SECONDS_NEAREST, Tells.SECONDS_DOWN)) {
            for (Size size : List.of(MIDDLE, MINUTE)) {
                gate(
                                "headers, rounded otherwise",
                                "clock " + size + " " + tells + ", n=1000",
                                size.least(1000),
                                seed -> on(Counts.CLOCK, size, tells, seed).burst(1000))
                        .atMost(REFUSED, tells == Tells.SECONDS_DOWN ? 20 : 5)
                        .atMost(TIMES_LEAST, 1.2);
            }
        }
    }

    private void headerEndless() {
        // The reset of a clock's window comes sooner than our own calls would leave a log.
        gate(
                        "headers, n > L",
                        "clock 600/60 s SECONDS, n=1000, mean",
                        MINUTE.least(1000),
                        seed -> on(Counts.CLOCK, MINUTE, Tells.SECONDS, seed).burst(1000))
                .atMostOnAverage(TIMES_LEAST, 0.75);
        for (Size size : SIZES) {
            for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK, Counts.LOG)) {
                for (Tells tells : List.of(Tells.SECONDS, Tells.POLICY)) {
                    gate(
                                    "headers, endless",
                                    counts.words + " " + size + " " + tells,
                                    0,
                                    seed -> on(counts, size, tells, seed).endless(300, length(size), WARM))
                            .atMost(REFUSED_PERCENT, 0.05)
                            .atLeast(GOODPUT, 96);
                }
            }
            gate(
                            "headers, endless",
                            "counter " + size + " SECONDS",
                            0,
                            seed -> on(Counts.COUNTER, size, Tells.SECONDS, seed)
                                    .endless(300, length(size), warmUp(size)))
                    .atMost(REFUSED_PERCENT, 0.3)
                    .atLeast(GOODPUT, size.seconds == 1 ? 80 : 92);
        }
    }

    // ---- servers that count otherwise

    private void counters() {
        for (Size size : SIZES) {
            gate(
                            "told, counter",
                            size + ", n=1000",
                            size.least(1000),
                            seed -> on(Counts.COUNTER, size, Tells.NOTHING, seed)
                                    .told(size.quota())
                                    .burst(1000))
                    .atMost(REFUSED, 0.5 * size.limit)
                    .atMost(FAILED, 0);
            gate(
                            "headers, counter",
                            size + ", n=1000",
                            size.least(1000),
                            seed -> on(Counts.COUNTER, size, Tells.SECONDS, seed)
                                    .burst(1000))
                    .atMost(REFUSED, 0.3 * size.limit)
                    .atMostOnAverage(TIMES_LEAST, 1.9);
        }
        // One call of a small quota is much of it, and its windows do not begin where ours do.
        for (Size size : List.of(new Size(10, 1), new Size(10, 5), new Size(10, 60), new Size(30, 60))) {
            for (boolean told : new boolean[] {true, false}) {
                gate((told ? "told" : "headers") + ", small counter", size + ", endless", 0, seed -> {
                            Simulation simulation =
                                    on(Counts.COUNTER, size, told ? Tells.NOTHING : Tells.SECONDS, seed);
                            return (told ? simulation.told(size.quota()) : simulation)
                                    .endless(
                                            50,
                                            Duration.ofSeconds(Math.max(600, 20L * size.seconds)),
                                            Duration.ofSeconds(Math.max(60, 10L * size.seconds)));
                        })
                        .atMost(REFUSED_PERCENT, told ? 0.1 : 0.3)
                        .atLeast(GOODPUT, told ? 85 : size.seconds == 1 ? 60 : 85);
            }
        }
    }

    /** A large probe drains the bucket, whose burst had flattered what was good before. */
    private void slowBucket() {
        gate(
                        "nothing told, slow bucket",
                        "2/s, 20, 15 minutes",
                        0,
                        seed -> on(SimulatedServer.tokenBucket(2, 20), Tells.NOTHING, seed)
                                .endless(50, Duration.ofMinutes(15), Duration.ofMinutes(1)))
                .atMostOnAverage(REFUSED, 60)
                .atLeast(GOODPUT, 95);
    }

    /** Answers that take a third of a window: nearly all of a new one are of calls that left before its first was heard. */
    private void slowHandlers() {
        for (Size size : List.of(new Size(50, 10), new Size(20, 10))) {
            gate(
                            "headers, slow handlers",
                            "clock " + size + ", 3 to 6 s",
                            0,
                            seed -> on(Counts.CLOCK, size, Tells.SECONDS, seed)
                                    .over(new Network(15_000_000, 1_500_000_000L, 3_000_000_000L, 0, 0))
                                    .endless(300, Duration.ofSeconds(600), Duration.ofSeconds(60)))
                    .atMost(REFUSED_PERCENT, 0.3)
                    .atLeast(GOODPUT, 85);
        }
    }

    private void buckets() {
        TokenBucket bucket = TokenBucket.perSecond(20).burst(20);
        for (Tells tells : List.of(Tells.NOTHING, Tells.SECONDS)) {
            gate(
                            "told a bucket",
                            "20/s, 20, n=200 " + tells,
                            9,
                            seed -> on(SimulatedServer.tokenBucket(20, 20), tells, seed)
                                    .told(bucket)
                                    .burst(200))
                    .atMost(REFUSED, 0)
                    .atMost(TIMES_LEAST, 1.05);
            gate(
                            "told a bucket",
                            "20/s, 20, endless " + tells,
                            0,
                            seed -> on(SimulatedServer.tokenBucket(20, 20), tells, seed)
                                    .told(bucket)
                                    .endless(300, Duration.ofSeconds(90), WARM))
                    .atMost(REFUSED, 0)
                    .atLeast(GOODPUT, 99);
        }
        gate(
                        "told a bucket",
                        "2/s, 1, n=100",
                        49.5,
                        seed -> on(SimulatedServer.tokenBucket(2, 1), Tells.NOTHING, seed)
                                .told(TokenBucket.perSecond(2))
                                .burst(100))
                .atMost(REFUSED, 0)
                .atMost(TIMES_LEAST, 1.06);
        gate(
                        "told a bucket",
                        "nginx 20/s, burst 20, n=200",
                        179 / 20.0,
                        seed -> on(SimulatedServer.nginx(20, 20, false), Tells.NOTHING, seed)
                                .told(bucket)
                                .burst(200))
                .atMost(REFUSED, 0)
                .atMost(TIMES_LEAST, 1.06);
        for (int burst : new int[] {20, 100}) {
            int rate = burst == 20 ? 20 : 10;
            gate(
                            "bucket by headers",
                            rate + "/s, " + burst + ", n=" + 10 * burst,
                            9.0 * burst / rate,
                            seed -> on(SimulatedServer.tokenBucket(rate, burst), Tells.SECONDS, seed)
                                    .burst(10 * burst))
                    .atMost(REFUSED, 10)
                    .atMost(TIMES_LEAST, 1.2);
            gate(
                            "bucket by headers",
                            rate + "/s, " + burst + ", endless",
                            0,
                            seed -> on(SimulatedServer.tokenBucket(rate, burst), Tells.SECONDS, seed)
                                    .endless(300, Duration.ofSeconds(230), WARM))
                    .atMost(REFUSED_PERCENT, 0.05)
                    .atLeast(GOODPUT, 97);
        }
    }

    private void nothingTold() {
        for (Network network : List.of(Network.TYPICAL, Network.LOOPBACK)) {
            boolean near = network.equals(Network.LOOPBACK);
            String on = near ? ", loopback" : "";
            gate(
                            "nothing told",
                            "bucket 20/s, 20, n=1000" + on,
                            49,
                            seed -> on(SimulatedServer.tokenBucket(20, 20), Tells.NOTHING, seed)
                                    .over(network)
                                    .burst(1000))
                    .over(network)
                    .atMost(REFUSED, 45)
                    .atMost(FAILED, 0)
                    .atMost(TIMES_LEAST, 1.1);
            nginx("20/s, burst 20, n=200", 20, 20, false, Tells.NOTHING, network, 200, 200, 0.2, 1.35);
            nginx("20/s, burst 20 delayed, n=200", 20, 20, true, Tells.NOTHING, network, 200, 200, 0.2, 1.35);
            nginx(
                    "20/s, burst 20, Retry-After, n=200",
                    20,
                    20,
                    false,
                    Tells.RETRY_AFTER,
                    network,
                    200,
                    200,
                    0.25,
                    near ? 1.1 : 1.15);
            nginx("200/s, burst 50, n=2000 by 50", 200, 50, false, Tells.NOTHING, network, 2000, 50, 0.2, 1.35);
            for (Tells tells : List.of(Tells.POLICY, Tells.EPOCH)) {
                gate(
                                "express",
                                "100/5 s, n=200 " + tells + on,
                                5,
                                seed -> on(Counts.FIRST, MIDDLE, tells, seed)
                                        .over(network)
                                        .burst(200))
                        .over(network)
                        .atMost(REFUSED_PER_SUCCESS, 0.02)
                        .atMost(TIMES_LEAST, tells == Tells.EPOCH ? 1.25 : 1.06);
                gate(
                                "told, express",
                                "100/5 s, n=200 " + tells + on,
                                5,
                                seed -> on(Counts.FIRST, MIDDLE, tells, seed)
                                        .told(MIDDLE.quota())
                                        .over(network)
                                        .burst(200))
                        .over(network)
                        .atMost(REFUSED, 0)
                        .atMost(TIMES_LEAST, 1.1);
            }
        }
        // Without a burst the way there must be as even as the server's clock: over a network nothing reaches these
        // rates.
        nginx("20/s, no burst, n=200", 20, 0, false, Tells.NOTHING, Network.LOOPBACK, 200, 200, 0.2, 1.35);
        nginx("200/s, no burst, n=2000 by 50", 200, 0, false, Tells.NOTHING, Network.LOOPBACK, 2000, 50, 0.2, 1.35);
        for (Tells tells : List.of(Tells.POLICY, Tells.EPOCH)) {
            // By 50 over a network the calls of one window alone would take 10 round trips.
            gate(
                            "express",
                            "500/5 s, n=2000 by 50, loopback " + tells,
                            15,
                            seed -> on(Counts.FIRST, LARGE, tells, seed)
                                    .over(Network.LOOPBACK)
                                    .burst(2000, 50))
                    .over(Network.LOOPBACK)
                    .atMost(REFUSED_PER_SUCCESS, 0.02)
                    .atMost(TIMES_LEAST, tells == Tells.EPOCH ? 1.25 : 1.06);
        }
        for (Counts counts : Counts.values()) {
            for (Tells tells : List.of(Tells.NOTHING, Tells.RETRY_AFTER)) {
                for (Size size : List.of(SHORT, MINUTE)) {
                    gate(
                                    "429 only, endless",
                                    counts.words + " " + size + " " + tells,
                                    0,
                                    seed -> on(counts, size, tells, seed)
                                            .endless(
                                                    300,
                                                    Duration.ofSeconds(size.seconds == 1 ? 330 : 4200),
                                                    size.seconds == 1 ? WARM : Duration.ofMinutes(10)))
                            .atMost(REFUSED_PERCENT, 0.5)
                            .atLeastOnAverage(GOODPUT, counts == Counts.COUNTER ? 85 : 90);
                }
            }
        }
        gate(
                        "429 only, endless",
                        "bucket 20/s, 20",
                        0,
                        seed -> on(SimulatedServer.tokenBucket(20, 20), Tells.NOTHING, seed)
                                .endless(300, Duration.ofMinutes(15), WARM))
                .atMost(REFUSED_PERCENT, 1)
                .atLeast(GOODPUT, 98);
        gate(
                        "429 only, endless",
                        "nginx 20/s, burst 20",
                        0,
                        seed -> on(SimulatedServer.nginx(20, 20, false), Tells.NOTHING, seed)
                                .endless(300, Duration.ofMinutes(15), WARM))
                .atMost(REFUSED_PERCENT, 1)
                .atLeast(GOODPUT, 98);
        gate(
                        "429 only, endless",
                        "nginx 20/s, burst 20, first minute",
                        0,
                        seed -> on(SimulatedServer.nginx(20, 20, false), Tells.NOTHING, seed)
                                .endless(300, Duration.ofMinutes(1), Duration.ZERO))
                .atMost(REFUSED_PERCENT, 3.5);
        for (int perSecond : new int[] {1, 2, 3, 5, 10}) {
            for (int burst : new int[] {1, 3, 10}) {
                gate(
                                "slow, whole seconds to wait",
                                perSecond + "/s, burst " + burst,
                                0,
                                seed -> on(SimulatedServer.tokenBucket(perSecond, burst), Tells.RETRY_AFTER, seed)
                                        .endless(20, Duration.ofMinutes(6), Duration.ofMinutes(1)))
                        .atMost(REFUSED_PERCENT, 5)
                        .atLeast(GOODPUT, burst == 1 ? 70 : 85);
            }
        }
        gate(
                        "refuses a third at random",
                        "n=2000",
                        0,
                        seed -> on(
                                        SimulatedServer.refusingAtRandom(1 / 3.0, new SplittableRandom(seed)),
                                        Tells.NOTHING,
                                        seed)
                                .burst(2000))
                .atMost(SECONDS, 200);
    }

    private void nginx(
            String name,
            long perSecond,
            long burst,
            boolean delay,
            Tells tells,
            Network network,
            int calls,
            int parallel,
            double refused,
            double factor) {
        String on = network.equals(Network.LOOPBACK) ? ", loopback" : "";
        double least = (calls - 1 - burst) / (double) perSecond;
        gate(
                        "nothing told",
                        "nginx " + name + on,
                        least,
                        seed -> on(SimulatedServer.nginx(perSecond, burst, delay), tells, seed)
                                .over(network)
                                .burst(calls, parallel))
                .over(network)
                .atMost(REFUSED_PER_SUCCESS, refused)
                .atMost(FAILED, 0)
                .atMost(TIMES_LEAST, factor);
    }

    /** A server that takes a small burst must not be taken for one that takes none. */
    private void untoldBuckets() {
        for (Network network : List.of(Network.TYPICAL, Network.LOOPBACK)) {
            for (int perSecond : new int[] {50, 200}) {
                for (int burst : new int[] {5, 15}) {
                    String name =
                            perSecond + "/s, burst " + burst + (network.equals(Network.LOOPBACK) ? ", loopback" : "");
                    gate(
                                    "untold bucket, endless",
                                    name,
                                    0,
                                    seed -> on(SimulatedServer.tokenBucket(perSecond, burst), Tells.NOTHING, seed)
                                            .over(network)
                                            .endless(300, Duration.ofMinutes(5), WARM))
                            .atMost(REFUSED_PERCENT, 0.5)
                            .atLeastOnAverage(GOODPUT, 90);
                }
            }
        }
    }

    /** What a probe may cost, and a refusal that is bad luck. */
    private void noBurst() {
        for (boolean busy : new boolean[] {false, true}) {
            Network network = busy ? Network.BUSY_LOOPBACK : Network.LOOPBACK;
            for (int perSecond : new int[] {20, 200}) {
                gate(
                                "no burst, endless",
                                perSecond + "/s" + (busy ? ", busy machine" : ""),
                                0,
                                seed -> on(SimulatedServer.nginx(perSecond, 0, false), Tells.NOTHING, seed)
                                        .over(network)
                                        .by(busy ? Threads.BUSY : Threads.PROMPT)
                                        .endless(50, Duration.ofMinutes(5), WARM))
                        .atMost(REFUSED_PERCENT, 0.3)
                        .atLeastOnAverage(GOODPUT, 80);
            }
        }
    }

    // ---- where others use the processors too

    private void busyMachine() {
        for (int perSecond : new int[] {20, 200}) {
            int calls = 10 * perSecond;
            for (boolean told : new boolean[] {true, false}) {
                busy(
                                (told ? "told " : "untold ") + perSecond + "/s, no burst, n=" + calls,
                                (calls - 1) / (double) perSecond,
                                () -> SimulatedServer.nginx(perSecond, 0, false),
                                told ? new Limit[] {TokenBucket.perSecond(perSecond)} : new Limit[] {},
                                calls)
                        .atMost(REFUSED_PER_SUCCESS, told ? 0.01 : 0.2)
                        .atMost(TIMES_LEAST, told ? 1.15 : 1.35);
            }
        }
    }

    private Gate busy(String name, double least, Supplier<SimulatedServer> server, Limit[] told, int calls) {
        return gate(
                        "busy machine",
                        name,
                        least,
                        seed -> on(server.get(), Tells.NOTHING, seed)
                                .told(told)
                                .over(Network.BUSY_LOOPBACK)
                                .by(Threads.BUSY)
                                .burst(calls, Math.min(calls, 50)))
                .over(Network.BUSY_LOOPBACK)
                .atMost(FAILED, 0);
    }

    // ---- where the first calls are slow, and all stands still now and then

    private void coldClient() {
        for (boolean busy : new boolean[] {false, true}) {
            for (int perSecond : new int[] {20, 200}) {
                for (int burst : new int[] {0, 15}) {
                    coldClient(perSecond, burst, 10 * perSecond, 50, busy)
                            .atMostOnAverage(TIMES_LEAST, 1.3)
                            .atMost(TIMES_LEAST, 1.45);
                }
            }
            // Most of it is the search, and at the end who was refused backs off.
            coldClient(200, 0, 200, 200, busy).atMost(TIMES_LEAST, 3.7);
        }
    }

    private void knownColdClient() {
        for (boolean busy : new boolean[] {false, true}) {
            for (Network network : List.of(Network.LOOPBACK, Network.TYPICAL)) {
                for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK, Counts.LOG)) {
                    for (Size size : List.of(new Size(20, 1), SHORT, MIDDLE)) {
                        knownColdClient(counts, size, network, busy);
                    }
                }
                for (int perSecond : new int[] {20, 200}) {
                    knownColdClient(perSecond, 16, network, busy);
                }
            }
            // Without a burst nothing makes up for what the first calls are late.
            knownColdClient(20, 1, Network.LOOPBACK, busy);
            knownColdClient(200, 1, Network.LOOPBACK, busy);
        }
    }

    private void knownColdClient(Counts counts, Size size, Network network, boolean busy) {
        int calls = 3 * size.limit;
        gate("told, cold client", of(counts.words + " " + size, network, busy), size.least(calls), seed -> {
                    SplittableRandom random = new SplittableRandom(seed * 7919);
                    return on(counts, size, Tells.NOTHING, seed)
                            .told(size.quota())
                            .over(network)
                            .by(busy ? Threads.BUSY : Threads.PROMPT)
                            .from(busy ? Client.coldAndBusy(random) : Client.cold(random))
                            .burst(calls, 50);
                })
                .over(network)
                .atMost(REFUSED, 0)
                .atMost(TIMES_LEAST, 1.3);
        gate("headers, cold client", of(counts.words + " " + size, network, busy), size.least(calls), seed -> {
                    SplittableRandom random = new SplittableRandom(seed * 7919);
                    return on(counts, size, Tells.SECONDS, seed)
                            .over(network)
                            .by(busy ? Threads.BUSY : Threads.PROMPT)
                            .from(busy ? Client.coldAndBusy(random) : Client.cold(random))
                            .burst(calls, 50);
                })
                .over(network)
                // Of a sliding log whole seconds tell little.
                .atMost(REFUSED, counts == Counts.LOG && size.limit == 20 ? 10 : 0)
                .atMost(TIMES_LEAST, counts == Counts.LOG ? 2.1 : 1.3);
    }

    private void knownColdClient(int perSecond, int burst, Network network, boolean busy) {
        int calls = 3 * (perSecond + burst);
        String name = perSecond + "/s, burst " + (burst - 1);
        gate("told, cold client", of(name, network, busy), (calls - burst) / (double) perSecond, seed -> {
                    SplittableRandom random = new SplittableRandom(seed * 7919);
                    return on(SimulatedServer.nginx(perSecond, burst - 1, false), Tells.NOTHING, seed)
                            .told(TokenBucket.perSecond(perSecond).burst(burst))
                            .over(network)
                            .by(busy ? Threads.BUSY : Threads.PROMPT)
                            .from(busy ? Client.coldAndBusy(random) : Client.cold(random))
                            .burst(calls, 50);
                })
                .over(network)
                .atMost(REFUSED_PER_SUCCESS, burst == 1 ? 0.15 : 0.01)
                .atMost(TIMES_LEAST, 1.4);
    }

    private static String of(String name, Network network, boolean busy) {
        return name + (network.equals(Network.LOOPBACK) ? ", near" : "") + (busy ? ", stands still now and then" : "");
    }

    private Gate coldClient(int perSecond, int burst, int calls, int parallel, boolean busy) {
        Network network = busy ? Network.BUSY_LOOPBACK : Network.LOOPBACK;
        String name = perSecond + "/s, burst " + burst + ", n=" + calls + " by " + parallel;
        return gate(
                        "cold client" + (busy ? " that stands still now and then" : ""),
                        name,
                        (calls - 1 - burst) / (double) perSecond,
                        seed -> {
                            SplittableRandom random = new SplittableRandom(seed * 7919);
                            return on(SimulatedServer.nginx(perSecond, burst, false), Tells.NOTHING, seed)
                                    .over(network)
                                    .by(busy ? Threads.BUSY : Threads.PROMPT)
                                    .from(busy ? Client.coldAndBusy(random) : Client.cold(random))
                                    .burst(calls, parallel);
                        })
                .over(network)
                .atMost(REFUSED_PER_SUCCESS, 0.2)
                .atMost(FAILED, 0);
    }

    // ---- no limit

    private void cold() {
        gate(
                        "cold, no limit",
                        "n=200, and 200 more 5 s later",
                        0,
                        seed -> on(SimulatedServer.open(), Tells.NOTHING, seed).twoBursts(200, Duration.ofSeconds(5)))
                .atMost(SECONDS, 5 + ROUND_TRIP);
        gate(
                        "cold, no limit",
                        "n=200",
                        0,
                        seed -> on(SimulatedServer.open(), Tells.NOTHING, seed).burst(200))
                .atMost(SECONDS, 5 * 1.05 * ROUND_TRIP);
        for (Network network : List.of(Network.NEAR, Network.FAR)) {
            gate(
                            "cold, no limit",
                            "n=200 by 50",
                            0,
                            seed -> on(SimulatedServer.open(), Tells.NOTHING, seed)
                                    .over(network)
                                    .burst(200, 50))
                    .atMost(SECONDS, 1.5 * 4 * network.roundTrip());
        }
    }

    // ---- others with the same key

    private void others() {
        for (Size size : List.of(MIDDLE, LARGE, MINUTE)) {
            for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK)) {
                gate(
                                "foreign 30 %, headers",
                                counts.words + " " + size,
                                0,
                                seed -> on(counts, size, Tells.SECONDS, seed)
                                        .foreign(0.3 * size.perSecond())
                                        .endless(300, length(size), WARM))
                        .atMost(REFUSED_PERCENT, 0.5)
                        .atLeast(GOODPUT, 70);
            }
        }
        for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK)) {
            for (Size size : List.of(MIDDLE, MINUTE)) {
                gate(
                                "60 % used before, told + headers",
                                counts.words + " " + size, 0, seed -> {
                                    SimulatedServer server = counts.server(size, new SplittableRandom(seed * 7919));
                                    return on(server.used(size.limit * 6 / 10), Tells.SECONDS, seed)
                                            .told(size.quota())
                                            .burst(size.limit);
                                })
                        .atMost(REFUSED, 0);
            }
        }
        for (Counts counts : List.of(Counts.FIRST, Counts.CLOCK, Counts.LOG)) {
            for (Size size : List.of(MIDDLE, LARGE, MINUTE)) {
                gate(
                                "10 processes, headers",
                                counts.words + " " + size,
                                0,
                                seed -> on(counts, size, Tells.SECONDS, seed)
                                        .processes(10)
                                        .endless(300, length(size), WARM))
                        .atMost(REFUSED_PERCENT, 10)
                        .atLeast(GOODPUT, 85);
            }
        }
        gate(
                        "100 processes, headers",
                        "clock 2000/5 s",
                        0,
                        seed -> on(Counts.CLOCK, new Size(2000, 5), Tells.SECONDS, seed)
                                .processes(100)
                                .endless(1000, length(MIDDLE), WARM))
                .atMost(REFUSED_PERCENT, 10)
                .atLeast(GOODPUT, 85)
                .onlyInTheWholeGrid();
    }

    // ---- a limit that changes

    private void changes() {
        for (Tells tells : List.of(Tells.SECONDS, Tells.NOTHING)) {
            for (Counts counts : List.of(Counts.CLOCK, Counts.LOG)) {
                gate(
                                "halved at 60 s",
                                counts.words + " 100/1 s " + tells,
                                0,
                                seed -> on(counts, SHORT, tells, seed)
                                        .at(Duration.ofMinutes(1), server -> server.limit(50))
                                        .endless(300, Duration.ofSeconds(125), Duration.ofSeconds(65)))
                        .atMost(REFUSED_PERCENT, tells == Tells.SECONDS ? 0.05 : 2)
                        .atLeast(GOODPUT, tells == Tells.SECONDS ? 96 : 85);
            }
        }
    }
}
