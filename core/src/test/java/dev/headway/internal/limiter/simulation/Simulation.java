package dev.headway.internal.limiter.simulation;

import dev.headway.Backoff;
import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls through the real limiter, over a simulated network, to a simulated server, on virtual time.
 *
 * <p>A refused call is sent again until it is accepted, with the standard backoff where the limiter does not know the moment,
 * as {@code spi.Execution} does. Each process has a limiter of its own. The same seed gives the same run.
 */
final class Simulation {

    private static final Scope SCOPE = Scope.of("api");
    private static final long NEVER_TOO_LATE = Duration.ofDays(1000).toNanos();
    private static final long TOO_MANY_EVENTS = 200_000_000;
    private static final double SECOND = 1e9;
    private static final Backoff BACKOFF = RetryPolicy.standard().backoff();

    private final EventLoop loop = new EventLoop();
    private final RandomGenerator random;
    private final SimulatedServer server;
    private final Tells tells;
    private Network network = Network.TYPICAL;
    private Threads threads = Threads.PROMPT;
    private Client client = Client.STEADY;
    private Limit[] told = {};
    private int processes = 1;
    private double cancelled;
    private double foreignPerSecond;
    private final List<LocalRateLimiter> limiters = new ArrayList<>();

    private int begun;
    private int inTime;
    private final Times accepted = new Times();
    private final Times refused = new Times();
    private final Times sent = new Times();
    private final Times waits = new Times();
    private int mostAttempts;
    private int failed;
    private long lastAnswer;
    private long warmUp;

    private @Nullable Consumer<String> log;

    Simulation(SimulatedServer server, Tells tells, long seed) {
        this.server = server;
        this.tells = tells;
        this.random = new SplittableRandom(seed);
    }

    Simulation told(Limit... limits) {
        told = limits;
        return this;
    }

    Simulation over(Network other) {
        network = other;
        return this;
    }

    /** How late the timers fire and the callers wake. */
    Simulation by(Threads other) {
        threads = other;
        return this;
    }

    /** What the process does to its calls. */
    Simulation from(Client other) {
        client = other;
        return this;
    }

    /** So many, each with a limiter of its own; calls go round. */
    Simulation processes(int number) {
        processes = number;
        return this;
    }

    /** That share of the waiters leaves the queue. */
    Simulation cancelled(double share) {
        cancelled = share;
        return this;
    }

    /** Others send so many requests a second to the same server, at random. */
    Simulation foreign(double perSecond) {
        foreignPerSecond = perSecond;
        return this;
    }

    /** Tells each refusal and each answer that it counts. */
    Simulation log(Consumer<String> line) {
        log = line;
        return this;
    }

    /** Something happens to the server. */
    Simulation at(Duration moment, Consumer<SimulatedServer> change) {
        loop.at(moment, () -> change.accept(server));
        return this;
    }

    // ---- loads

    /** So many calls at once. */
    Result burst(int calls) {
        start();
        add(calls);
        return run(calls);
    }

    /** Two bursts, the second so long after the first. */
    Result twoBursts(int calls, Duration gap) {
        return twoBursts(calls, gap, calls);
    }

    Result twoBursts(int calls, Duration gap, int later) {
        start();
        add(calls);
        loop.at(gap, () -> add(later));
        return run(calls + later);
    }

    /** Never more than so many of these calls at once. */
    Result burst(int calls, int parallel) {
        start();
        for (int i = 0; i < parallel; i++) {
            inParallel(calls);
        }
        return run(calls);
    }

    /** So many callers, each of which calls again as soon as it has its answer; counted after the warm-up. */
    Result endless(int callers, Duration length, Duration warm) {
        start();
        warmUp = warm.toNanos();
        for (int i = 0; i < callers; i++) {
            loop.schedule(random.nextLong(10_000_000), this::endlessly);
        }
        return runUntil(length);
    }

    /** Calls that come at random, so many a second. */
    Result poisson(double perSecond, Duration length) {
        start();
        arrive(perSecond, length.toNanos());
        return runUntil(length);
    }

    private void start() {
        for (int i = 0; i < processes; i++) {
            limiters.add(new LocalRateLimiter(List.of(told), new LateTimers(), new Events(null), () -> random));
        }
        if (foreignPerSecond > 0) {
            foreigner();
        }
    }

    private TimeSource.Timer onClient(long delay, Runnable work) {
        return loop.schedule(delay, () -> {
            long stands = client.stands(loop.now());
            if (stands == 0) {
                work.run();
            } else {
                loop.schedule(stands, work);
            }
        });
    }

    private void foreigner() {
        server.admit(loop.now());
        loop.schedule(exponential(foreignPerSecond), this::foreigner);
    }

    private void add(int calls) {
        for (int i = 0; i < calls; i++) {
            new Call(() -> {}).await();
        }
    }

    private void inParallel(int calls) {
        if (begun < calls) {
            new Call(() -> inParallel(calls)).await();
        }
    }

    private void endlessly() {
        new Call(this::endlessly).await();
    }

    private void arrive(double perSecond, long until) {
        if (loop.now() < until) {
            new Call(() -> {}).await();
            loop.schedule(exponential(perSecond), () -> arrive(perSecond, until));
        }
    }

    private long exponential(double perSecond) {
        return (long) (-Math.log(1 - random.nextDouble()) / perSecond * SECOND);
    }

    private Result run(int all) {
        for (long events = 0; inTime < all; events++) {
            if (events > TOO_MANY_EVENTS || !loop.runNext(Long.MAX_VALUE)) {
                throw new AssertionError("Stuck with " + inTime + " of " + all + " calls accepted");
            }
        }
        return result();
    }

    private Result runUntil(Duration length) {
        boolean more = true;
        while (more) {
            more = loop.runNext(length.toNanos());
        }
        return result();
    }

    // ---- result

    private Result result() {
        int from = accepted.firstFrom(warmUp);
        long[] sorted = waits.copy();
        Arrays.sort(sorted);
        return new Result(
                accepted.size() - from,
                refused.size() - refused.firstFrom(warmUp),
                lastAnswer / SECOND,
                goodput(from),
                sorted.length == 0 ? 0 : sorted[(int) (0.99 * (sorted.length - 1))] / SECOND,
                mostAttempts,
                failed,
                accepted,
                refused,
                sent);
    }

    /** The share of the server's rate, over a whole number of quotas: else the bursts alone would look like more. */
    private double goodput(int from) {
        int quota = (int) Math.min(server.limit(), 1_000_000);
        int whole = (accepted.size() - 1 - from) / quota * quota;
        if (whole <= 0) {
            return 0;
        }
        double seconds = (accepted.get(from + whole) - accepted.get(from)) / SECOND;
        return whole / (seconds * server.ratePerSecond());
    }

    /** The clock, and timers that fire as late as threads wake. */
    private final class LateTimers implements TimeSource {

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }

        @Override
        public Instant instant() {
            return loop.instant();
        }

        @Override
        public void park(long nanos) {
            loop.park(nanos);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            return onClient(Math.max(0, delayNanos) + threads.late(random), task);
        }
    }

    // ---- one call

    private final class Call {
        private final Runnable next;
        private final LocalRateLimiter limiter;
        private final long since = loop.nanoTime();
        private int attempts;
        private long asked = since;
        private Permit permit;
        private boolean left;

        Call(Runnable next) {
            this.next = next;
            limiter = limiters.get(begun++ % processes);
            permit = limiter.acquire(SCOPE, 1, since, since + NEVER_TOO_LATE);
        }

        void await() {
            if (permit.state() == Permit.State.GRANTED) {
                send();
                return;
            }
            permit.settled().thenRun(this::settled);
            if (cancelled > 0 && random.nextDouble() < cancelled) {
                loop.schedule(random.nextLong(500_000_000), this::leave);
            }
        }

        private void leave() {
            if (permit.state() == Permit.State.PENDING) {
                left = true;
                permit.cancel(since);
                next.run();
            }
        }

        private void settled() {
            if (left) {
                return;
            }
            long late = threads.late(random);
            if (late == 0) {
                wake();
            } else {
                onClient(late, this::wake);
            }
        }

        private void wake() {
            permit.leaves(loop.nanoTime());
            send();
        }

        private void send() {
            if (permit.state() != Permit.State.GRANTED) {
                throw new AssertionError(permit.state());
            }
            attempts++;
            mostAttempts = Math.max(mostAttempts, attempts);
            failed += attempts == RetryPolicy.standard().maxAttempts() + 1 ? 1 : 0;
            sent.add(loop.now());
            loop.schedule(client.leaves(loop.now()) + network.oneWay(random), this::arrive);
        }

        private void arrive() {
            long now = loop.now();
            long delay = server.admit(now);
            boolean taken = delay != SimulatedServer.REFUSED;
            (taken ? accepted : refused).add(now);
            RateLimitHint hint = tells.hint(server, taken, now);
            onClient(
                    Math.max(0, delay) + network.service() + network.oneWay(random),
                    taken ? () -> accepted(hint) : () -> refused(hint));
        }

        private void accepted(RateLimitHint hint) {
            tell("accepted", hint);
            inTime++;
            lastAnswer = loop.now();
            waits.add(loop.nanoTime() - since);
            permit.answered(asked, Permit.Answer.ACCEPTED, hint);
            next.run();
        }

        private void refused(RateLimitHint hint) {
            tell("REFUSED ", hint);
            boolean paced = permit.answered(asked, Permit.Answer.REFUSED, hint);
            long backoff = paced ? 0 : BACKOFF.delay(attempts, true, random).toNanos();
            long hinted = paced ? 0 : hint.retryAfter().orElse(Duration.ZERO).toNanos();
            onClient(Math.max(backoff, hinted), this::again);
        }

        private void again() {
            asked = loop.nanoTime();
            permit = permit.renew(since, asked, asked + NEVER_TOO_LATE);
            await();
        }

        private void tell(String what, RateLimitHint hint) {
            if (log != null) {
                log.accept("%9.3f %s attempt %d, waited %.3f, %s"
                        .formatted(
                                loop.now() / SECOND,
                                what,
                                attempts,
                                (loop.nanoTime() - since) / SECOND,
                                hint.limits()));
            }
        }
    }
}
