package dev.headway.internal.limiter.scope;

import dev.headway.HeadwayListener;
import dev.headway.LimitHint;
import dev.headway.Scope;
import dev.headway.internal.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What others must hear, listeners and those who wait: collected under the lock of a scope and told after it, so that neither runs there. */
final class Outbox {

    private final Scope scope;
    private final Events events;
    private @Nullable List<Runnable> news;

    /** Whether listeners were told of a closed gate and not of its end; written under the lock, and read by parts. */
    private volatile boolean gateShut;

    Outbox(Scope scope, Events events) {
        this.scope = scope;
        this.events = events;
    }

    void add(Runnable task) {
        if (news == null) {
            news = new ArrayList<>();
        }
        news.add(task);
    }

    void learned(LimitHint limit) {
        add(() -> events.tell(listener -> listener.limitLearned(new HeadwayListener.LimitEvent(scope, limit))));
    }

    void gateClosed(long nanos) {
        gateShut = true;
        Duration length = Duration.ofNanos(nanos);
        add(() -> events.tell(listener -> listener.gateClosed(new HeadwayListener.GateEvent(scope, length))));
    }

    boolean gateShut() {
        return gateShut;
    }

    /** The gate is open, or the scope is none any more: whoever was told that it was shut is told that, by the teller. */
    void gateOpened(Outbox teller) {
        if (gateShut) {
            gateShut = false;
            teller.add(() -> events.tell(listener -> listener.gateOpened(scope)));
        }
    }

    /** What is to be told now, without the lock; null for nothing. */
    @Nullable List<Runnable> take() {
        List<Runnable> taken = news;
        news = null;
        return taken;
    }

    static void tell(@Nullable List<Runnable> toTell) {
        if (toTell != null) {
            toTell.forEach(Runnable::run);
        }
    }
}
