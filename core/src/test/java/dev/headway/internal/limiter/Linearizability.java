package dev.headway.internal.limiter;

import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.rules.BucketRule;
import dev.headway.internal.limiter.scope.WaitingPermit;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Whether what several threads see of a scope could also have come from one after the other, by a simple model (Lincheck).
 *
 * <p>Scripts are drawn from the operations, always the same ones: some operations first, then some on each thread at once, and at the
 * end what is left. The model checker decides itself when which thread goes on, also always in the same way; under stress the
 * machine decides. {@code -Dheadway.lincheck=20} plays so many times as many scripts, each so many times as often.
 */
public final class Linearizability {

    public static final Scope API = Scope.of("api");

    /** Longer than any script looks ahead. */
    public static final long FOREVER = TimeUnit.DAYS.toNanos(1);

    private static final int LENGTH = Integer.getInteger("headway.lincheck", 1);
    private static final int FIRST = 3;
    private static final int AT_ONCE = 2;
    private static final int THREADS = 3;

    /** What is asked when all threads have ended. */
    interface Rest {

        /** How many calls of the thread may be sent. */
        int granted(int thread);

        /** How many more could go. */
        int left();
    }

    private Linearizability() {}

    /** Two threads, switched wherever one may see the other. */
    static void modelCheck(Class<? extends Rest> real, Class<? extends Rest> model) {
        check(new ModelCheckingOptions().invocationsPerIteration(40 * LENGTH), 20, 2, real, model);
    }

    /** Three threads at full speed. */
    static void stress(Class<? extends Rest> real, Class<? extends Rest> model) {
        check(new StressOptions().invocationsPerIteration(300 * LENGTH), 10, THREADS, real, model);
    }

    private static void check(
            Options<?, ?> options, int scripts, int threads, Class<? extends Rest> real, Class<? extends Rest> model) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < scripts * LENGTH; i++) {
            options.addCustomScenario(script(random, threads, real));
        }
        options.iterations(0)
                .sequentialSpecification(model)
                .minimizeFailedScenario(false)
                .check(real);
    }

    private static ExecutionScenario script(SplittableRandom random, int threads, Class<?> real) {
        List<Actor> before = drawn(random, FIRST, 0, threads, real);
        List<List<Actor>> atOnce = IntStream.rangeClosed(1, threads)
                .mapToObj(thread -> drawn(random, AT_ONCE, thread, 1, real))
                .toList();
        List<Actor> last = new ArrayList<>();
        for (int thread = 1; thread <= threads; thread++) {
            last.add(new Actor(method(real, "granted", int.class), List.of(thread)));
        }
        last.add(new Actor(method(real, "left"), List.of()));
        return new ExecutionScenario(before, atOnce, last, null);
    }

    /** Operations of one thread, or, from 0 on, of any. The first number that an operation takes is its thread. */
    private static List<Actor> drawn(SplittableRandom random, int number, int thread, int threads, Class<?> real) {
        List<Method> operations = Arrays.stream(real.getMethods())
                .filter(method -> method.isAnnotationPresent(Operation.class))
                .sorted(Comparator.comparing(
                                (Method method) -> !method.getName().equals("acquire"))
                        .thenComparing(Method::getName))
                .toList();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            // The first is acquire: it comes twice as often, so that there is something to race for.
            Method operation = operations.get(Math.max(0, random.nextInt(-1, operations.size())));
            Object[] arguments = new Object[operation.getParameterCount()];
            for (int k = 0; k < arguments.length; k++) {
                arguments[k] = k > 0 ? random.nextInt(3) : thread > 0 ? thread : 1 + random.nextInt(threads);
            }
            actors.add(new Actor(operation, List.of(arguments)));
        }
        return actors;
    }

    private static Method method(Class<?> real, String name, Class<?>... parameters) {
        try {
            return real.getMethod(name, parameters);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    public static LocalRateLimiter limiter(StillTime time, Limit... told) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(List.of(told), time, new Events(null), () -> random);
    }

    /** Whether the call had to wait; what becomes of it later is another question. */
    static String outcome(Permit permit) {
        if (permit.state() == Permit.State.REFUSED) {
            return "refused";
        }
        return permit instanceof WaitingPermit ? "queued" : "granted";
    }

    /** What each thread holds. */
    static <T> List<Deque<T>> perThread() {
        return Stream.generate(() -> (Deque<T>) new ArrayDeque<T>())
                .limit(THREADS + 1)
                .toList();
    }

    /** How many of the permits are granted. */
    static int granted(Deque<Permit> permits) {
        return (int) permits.stream()
                .filter(permit -> permit.state() == Permit.State.GRANTED)
                .count();
    }

    /** How many tokens a bucket holds that nobody has asked yet. */
    static int full(TokenBucket told) {
        BucketRule rule = new BucketRule(told);
        int tokens = 0;
        while (rule.earliest(0, 0, 1) <= 0) {
            rule.granted(0, 1);
            tokens++;
        }
        return tokens;
    }

    /** How many go at once before one would have to wait. */
    static int left(LocalRateLimiter limiter, long now) {
        int left = 0;
        while (limiter.acquire(API, 1, now, now).state() == Permit.State.GRANTED) {
            left++;
        }
        return left;
    }
}
