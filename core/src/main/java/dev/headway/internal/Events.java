package dev.headway.internal;

import dev.headway.HeadwayListener;
import dev.headway.Scope;
import dev.headway.internal.flight.Flight;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners, the log and a recording, and lets nothing that they throw harm a call. */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(HeadwayListener.class);

    /** The user's; in the order in which they hear. */
    private final List<HeadwayListener> listeners;

    private final boolean listened;

    /** Wants to hear only of what is not as usual, so that a call which is neither delayed nor repeated costs nothing. */
    private final @Nullable HeadwayListener log;

    /**
     * For one Headway.
     *
     * @param listeners the user's
     * @param log what is built in and hears of trouble alone, or null
     */
    public Events(List<HeadwayListener> listeners, @Nullable HeadwayListener log) {
        this.listeners = List.copyOf(listeners);
        listened = !listeners.isEmpty();
        this.log = log;
    }

    /**
     * Nobody, or one listener.
     *
     * @param listener the user's, or null
     */
    public Events(@Nullable HeadwayListener listener) {
        this(listener == null ? List.of() : List.of(listener), null);
    }

    /**
     * Returns what also tells somebody else, first.
     *
     * @param first a listener of the user's
     * @return new events
     */
    public Events after(HeadwayListener first) {
        HeadwayListener[] all = new HeadwayListener[listeners.size() + 1];
        all[0] = first;
        for (int i = 1; i < all.length; i++) {
            all[i] = listeners.get(i - 1);
        }
        return new Events(List.of(all), log);
    }

    /**
     * Tells whether anybody hears of every call, so that such events are only made for somebody.
     *
     * @return whether there is
     */
    public boolean heard() {
        return listened || Flight.attempts();
    }

    /**
     * Tells whether anybody hears of what is not as usual: failed attempts, waits, calls that give up.
     *
     * @return whether there is
     */
    public boolean troubleHeard() {
        return log != null || listened || Flight.calls();
    }

    /**
     * Tells everybody.
     *
     * @param event what to tell
     */
    public void tell(Consumer<HeadwayListener> event) {
        HeadwayListener recorder = Flight.recorder();
        if (recorder != null) {
            tell(recorder, event);
        }
        if (log != null) {
            tell(log, event);
        }
        for (int i = 0; i < listeners.size(); i++) {
            tell(listeners.get(i), event);
        }
    }

    /**
     * Returns what tells everybody here what a limiter of the user's own tells it.
     *
     * @return a listener that throws nothing
     */
    public HeadwayListener ofLimiter() {
        return new HeadwayListener() {
            @Override
            public void gateClosed(GateEvent event) {
                tell(listener -> listener.gateClosed(event));
            }

            @Override
            public void gateOpened(Scope scope) {
                tell(listener -> listener.gateOpened(scope));
            }

            @Override
            public void limitLearned(LimitEvent event) {
                tell(listener -> listener.limitLearned(event));
            }
        };
    }

    /** A log that throws harms no call either, nor does an error for which there is no room to tell it. */
    private static void warn(Throwable thrown) {
        try {
            LOG.warn("A HeadwayListener threw; the call goes on", thrown);
        } catch (Throwable e) {
            // Nobody is left to tell.
        }
    }

    private static void tell(HeadwayListener listener, Consumer<HeadwayListener> event) {
        try {
            event.accept(listener);
        } catch (Throwable e) {
            // Also what a listener in Kotlin throws without a word, and errors: a permit must still reach its waiter.
            warn(e);
        }
    }
}
