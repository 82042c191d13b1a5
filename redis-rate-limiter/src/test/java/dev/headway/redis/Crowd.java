package dev.headway.redis;

import static dev.headway.redis.Callers.SCOPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/** What callers of some processes do on a virtual engine, all drawn from a seed. */
final class Crowd {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A call that has gone. */
    record Gone(long at, int cost, int process, int place) {}

    /** A call that waits. */
    record Waiting(RedisPermit permit, int process, int place) {}

    private final VirtualEngine engine;
    private final Random random;
    private final List<RedisRateLimiter> processes = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Gone> gone = new ArrayList<>();
    private int asked;
    private int refused;

    Crowd(VirtualEngine engine, long seed, int size, Limit... limits) {
        this.engine = engine;
        this.random = new Random(seed);
        for (int i = 0; i < size; i++) {
            join(limits);
        }
    }

    /** One more process, of other limits perhaps. */
    void join(Limit... limits) {
        processes.add(engine.limiter(builder -> builder.limit(limits)));
    }

    /** One more process, of other settings. */
    void join(UnaryOperator<RedisRateLimiter.Builder> settings) {
        processes.add(engine.limiter(settings));
    }

    RedisRateLimiter process(int number) {
        return processes.get(number);
    }

    void ask(int process, int cost, int priority) {
        ask(process, cost, priority, PATIENCE);
    }

    /** Who has no more patience leaves. */
    void ask(int process, int cost, int priority, Duration patience) {
        long now = engine.time.nanoTime();
        Permit permit = processes.get(process).acquire(SCOPE, cost, priority, now, now + patience.toNanos());
        if (permit.state() == Permit.State.REFUSED) {
            refused++;
            return;
        }
        waiting.add(new Waiting((RedisPermit) permit, process, asked++));
        notice();
    }

    /** Whoever was granted goes now, and is accepted at once. */
    void notice() {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting call = each.next();
            if (call.permit.state() != Permit.State.PENDING) {
                each.remove();
                if (call.permit.state() == Permit.State.REFUSED) {
                    refused++;
                    continue;
                }
                assertThat(call.permit.state()).isEqualTo(Permit.State.GRANTED);
                gone.add(new Gone(engine.time.elapsed().toNanos(), call.permit.cost, call.process, call.place));
                call.permit.answered(engine.time.nanoTime(), Permit.Answer.ACCEPTED, RateLimitHint.none());
            }
        }
    }

    void pass(Duration length) {
        long until = engine.time.elapsed().toNanos() + length.toNanos();
        while (engine.time.runNext(
                Duration.ofNanos(until - engine.time.elapsed().toNanos()))) {
            notice();
        }
        engine.time.advance(Duration.ofNanos(until - engine.time.elapsed().toNanos()));
    }

    void leaveOne() {
        if (!waiting.isEmpty()) {
            leave(waiting.get(random.nextInt(waiting.size())));
        }
    }

    void leave(Waiting one) {
        waiting.remove(one);
        one.permit.cancel(engine.time.nanoTime());
        notice();
    }

    /** The server has refused one for so long. */
    void refuse(int process, Duration length) {
        Objects.requireNonNull(processes.get(process).adopt(SCOPE, 1))
                .answered(
                        engine.time.nanoTime(),
                        Permit.Answer.REFUSED,
                        RateLimitHint.builder().retryAfter(length).build());
    }

    /** Calls of costs up to a greatest come, some leave, and all others go. */
    void live(int calls, int greatestCost, Duration apart, boolean priorities) {
        for (int i = 0; i < calls; i++) {
            int cost = random.nextInt(3) == 0 ? 1 + random.nextInt(greatestCost) : 1;
            ask(random.nextInt(processes.size()), cost, priorities ? random.nextInt(3) / 2 : 0);
            if (random.nextInt(12) == 0) {
                leaveOne();
            }
            pass(Duration.ofNanos(random.nextLong(2 * apart.toNanos())));
        }
        allGo();
    }

    void allGo() {
        Duration bound = engine.time.elapsed().plus(PATIENCE);
        while (!waiting.isEmpty() && engine.time.elapsed().compareTo(bound) < 0) {
            pass(Duration.ofMillis(50));
        }
        assertThat(waiting).isEmpty();
        assertThat(refused).isZero();
    }

    List<Waiting> waiting() {
        return waiting;
    }

    List<Gone> gone() {
        return gone;
    }

    long units() {
        return gone.stream().mapToLong(Gone::cost).sum();
    }
}
