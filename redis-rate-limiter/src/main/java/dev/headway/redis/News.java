package dev.headway.redis;

import dev.headway.HeadwayListener;
import dev.headway.LimitHint;
import dev.headway.Scope;
import dev.headway.spi.FutureDriver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for others when the lock of a scope is free: who waited is told, the engine is asked, listeners hear of gate and limits.
 * Under the lock of the scope, but for {@link #run}.
 */
final class News {

    /** The engine tells a pause again that this process has told it, later by the way there. */
    private static final long SAME = TimeUnit.MILLISECONDS.toNanos(100);
    /** A rate that refusals tell is another one where it differs by so much. */
    private static final double OTHER = 0.1;

    private static final Logger LOG = LoggerFactory.getLogger(RedisRateLimiter.class);

    private final Scope scope;
    private final List<HeadwayListener> listeners;
    private boolean shut;
    private long shutUntil = -Time.NEVER;
    private double rate;
    private @Nullable List<Runnable> tasks;
    private @Nullable List<Runnable> events;
    private boolean elsewhere;

    News(Scope scope, List<HeadwayListener> listeners) {
        this.scope = scope;
        this.listeners = listeners;
    }

    /** For the engine: before others, who may take their time. */
    void first(Runnable task) {
        tasks = tasks == null ? new ArrayList<>() : tasks;
        tasks.add(0, task);
    }

    void later(Runnable task) {
        tasks = tasks == null ? new ArrayList<>() : tasks;
        tasks.add(task);
    }

    /** This thread is not ours: listeners, which may take their time, are told on another. */
    void elsewhere() {
        elsewhere = true;
    }

    /** What is to be run when the lock is free. */
    @Nullable List<Runnable> take() {
        List<Runnable> taken = tasks;
        tasks = null;
        List<Runnable> told = events;
        if (told != null) {
            taken = taken == null ? new ArrayList<>() : taken;
            taken.add(elsewhere ? () -> FutureDriver.defaultExecutor().execute(() -> run(told)) : () -> run(told));
            events = null;
        }
        elsewhere = false;
        return taken;
    }

    static void run(@Nullable List<Runnable> taken) {
        if (taken != null) {
            taken.forEach(Runnable::run);
        }
    }

    /** Nobody goes before that time, for refusals of this scope, here or elsewhere. */
    void closedUntil(long until, long now) {
        if (until > now && (!shut || until - shutUntil > SAME)) {
            shut = true;
            shutUntil = until;
            HeadwayListener.GateEvent event = new HeadwayListener.GateEvent(scope, Duration.ofNanos(until - now));
            tell(listener -> listener.gateClosed(event));
        }
    }

    /** A call goes. */
    void goes() {
        if (shut) {
            shut = false;
            tell(listener -> listener.gateOpened(scope));
        }
    }

    /** An answer has told another limit than before. */
    void learned(LimitHint limit) {
        HeadwayListener.LimitEvent event = new HeadwayListener.LimitEvent(scope, limit);
        tell(listener -> listener.limitLearned(event));
    }

    /** Refusals have told how many go in a second; 0 where they have not. */
    void learned(double perSecond) {
        if (perSecond > 0 && Math.abs(perSecond - rate) > OTHER * rate) {
            rate = perSecond;
            LearnedRate found = LearnedRate.of(perSecond);
            learned(new LimitHint(null, found.calls(), null, null, found.window(), LimitHint.REQUESTS));
        }
    }

    private void tell(Consumer<HeadwayListener> event) {
        for (HeadwayListener listener : listeners) {
            events = events == null ? new ArrayList<>() : events;
            events.add(() -> tell(listener, event));
        }
    }

    /** One that throws harms no call and no other listener. */
    private static void tell(HeadwayListener listener, Consumer<HeadwayListener> event) {
        try {
            event.accept(listener);
        } catch (RuntimeException | Error e) {
            LOG.warn("A HeadwayListener threw; the call goes on", e);
        }
    }
}
