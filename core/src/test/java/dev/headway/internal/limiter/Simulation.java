package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.internal.Events;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Calls that all want to go at once, through the real limiter, over a network with 15 to 35 ms each way, to a simulated
 * server; on virtual time. A refused call is sent again until it is accepted, with the standard backoff where the limiter
 * does not know the moment.
 */
final class Simulation {

    /** What a burst came to. */
    record Result(int refused, double seconds, int mostAttempts) {}

    /** The longest way there and back. */
    static final double ROUND_TRIP = 0.075;

    private static final long NEVER_TOO_LATE = Duration.ofDays(30).toNanos();

    private final VirtualTime time = new VirtualTime();
    private final RandomGenerator random;
    private final SimulatedServer server;
    private final LocalRateLimiter limiter;
    private final long began = time.nanoTime();
    private int accepted;
    private int refused;
    private int mostAttempts;
    private long last;

    private Simulation(SimulatedServer server, long seed, Limit... told) {
        this.server = server;
        this.random = new SplittableRandom(seed);
        this.limiter = new LocalRateLimiter(List.of(told), time, new Events(null), () -> random);
    }

    static Result burst(int calls, SimulatedServer server, long seed, Limit... told) {
        Simulation simulation = new Simulation(server, seed, told);
        simulation.add(calls);
        simulation.runUntil(calls);
        return simulation.result();
    }

    /** Two bursts, the second so long after the first. */
    static Result twoBursts(int calls, Duration gap, SimulatedServer server, long seed, Limit... told) {
        Simulation simulation = new Simulation(server, seed, told);
        simulation.add(calls);
        simulation.time.schedule(gap.toNanos(), () -> simulation.add(calls));
        simulation.runUntil(2 * calls);
        return simulation.result();
    }

    private void add(int calls) {
        for (int i = 0; i < calls; i++) {
            new Call().await();
        }
    }

    private void runUntil(int all) {
        for (long steps = 0; accepted < all; steps++) {
            if (steps > 10_000_000 || !time.runNext()) {
                throw new AssertionError("Stuck with " + accepted + " of " + all + " calls accepted");
            }
        }
    }

    private Result result() {
        return new Result(refused, (last - began) / 1e9, mostAttempts);
    }

    private long oneWay() {
        return 15_000_000L + random.nextLong(20_000_000L);
    }

    private final class Call {
        private int attempts;
        private final long since = time.nanoTime();
        private long asked = since;
        private Permit permit;

        Call() {
            permit = limiter.acquire(Scope.of("api"), 1, since, since + NEVER_TOO_LATE);
        }

        void await() {
            permit.settled().thenRun(this::send);
        }

        private void send() {
            if (permit.state() != Permit.State.GRANTED) {
                throw new AssertionError(permit.state());
            }
            attempts++;
            mostAttempts = Math.max(mostAttempts, attempts);
            time.schedule(oneWay(), this::arrive);
        }

        private void arrive() {
            SimulatedServer.Answer answer = server.admit(time.nanoTime() - began);
            time.schedule(5_000_000L + oneWay(), () -> answered(answer));
        }

        private void answered(SimulatedServer.Answer answer) {
            RateLimitHint hint = hint(answer);
            if (answer.accepted()) {
                accepted++;
                last = time.nanoTime();
                permit.answered(asked, Permit.Answer.ACCEPTED, hint);
                return;
            }
            refused++;
            boolean paced = permit.answered(asked, Permit.Answer.REFUSED, hint);
            double backoff = Math.min(30, Math.pow(2, attempts - 1)) * (1 + random.nextDouble()) / 2;
            time.schedule(paced ? 0 : (long) (backoff * 1e9), this::again);
        }

        private void again() {
            asked = time.nanoTime();
            permit = permit.renew(since, asked, asked + NEVER_TOO_LATE);
            await();
        }
    }

    private static RateLimitHint hint(SimulatedServer.Answer answer) {
        RateLimitHint.Builder hint = RateLimitHint.builder();
        if (answer.limit() != null) {
            hint.limit(answer.limit());
        }
        if (answer.retryAfterSeconds() != null) {
            hint.retryAfter(Duration.ofSeconds(answer.retryAfterSeconds()));
        }
        return hint.build();
    }

    static LimitHint limit(long limit, long remaining, long resetSeconds) {
        return new LimitHint(null, limit, remaining, Duration.ofSeconds(resetSeconds), null, LimitHint.REQUESTS);
    }
}
