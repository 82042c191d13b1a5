package dev.headway.internal;

import dev.headway.HeadwayListener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listener, and lets nothing that it throws harm a call. */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(HeadwayListener.class);

    private final @Nullable HeadwayListener listener;

    /** Who hears first; null where nobody does. */
    private final @Nullable Events before;

    /**
     * For one Headway.
     *
     * @param listener the user's, or null
     */
    public Events(@Nullable HeadwayListener listener) {
        this(listener, null);
    }

    private Events(@Nullable HeadwayListener listener, @Nullable Events before) {
        this.listener = listener;
        this.before = before;
    }

    /**
     * Returns what also tells somebody else, first.
     *
     * @param first a listener of the user's
     * @return new events
     */
    public Events after(HeadwayListener first) {
        return new Events(listener, new Events(first));
    }

    /**
     * Tells whether anybody listens, so that events are only made for somebody.
     *
     * @return whether there is a listener
     */
    public boolean heard() {
        return listener != null || before != null;
    }

    /**
     * Calls the listener.
     *
     * @param event what to tell
     */
    public void tell(Consumer<HeadwayListener> event) {
        if (before != null) {
            before.tell(event);
        }
        if (listener == null) {
            return;
        }
        try {
            event.accept(listener);
        } catch (Throwable e) {
            // Also what a listener in Kotlin throws without a word, and errors: a permit must still reach its waiter.
            LOG.warn("A HeadwayListener threw; the call goes on", e);
        }
    }
}
