package dev.headway.testkit;

import dev.headway.HeadwayListener;
import dev.headway.Scope;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Remembers what a Headway says it does, for a test to ask.
 *
 * <pre>{@code
 * assertThat(listener.of(HeadwayListener.WaitEvent.class)).hasSize(1);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class RecordingListener implements HeadwayListener {

    private final List<Record> events = new CopyOnWriteArrayList<>();

    /** Makes an empty record. */
    public RecordingListener() {}

    /**
     * The gate of a scope lets calls through again.
     *
     * @param scope the scope
     */
    public record GateOpened(Scope scope) {}

    /**
     * Returns what was heard: the records of {@link HeadwayListener}, and {@link GateOpened}.
     *
     * @return an immutable copy, in order
     */
    public List<Record> events() {
        return List.copyOf(events);
    }

    /**
     * Returns what was heard of one kind.
     *
     * @param <E> the kind
     * @param kind the class of the event
     * @return an immutable copy, in order
     */
    public <E extends Record> List<E> of(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Forgets what was heard. */
    public void clear() {
        events.clear();
    }

    @Override
    public void sending(SendEvent event) {
        events.add(event);
    }

    @Override
    public void attempt(AttemptEvent event) {
        events.add(event);
    }

    @Override
    public void waiting(WaitEvent event) {
        events.add(event);
    }

    @Override
    public void waited(WaitedEvent event) {
        events.add(event);
    }

    @Override
    public void gateClosed(GateEvent event) {
        events.add(event);
    }

    @Override
    public void gateOpened(Scope scope) {
        events.add(new GateOpened(scope));
    }

    @Override
    public void limitLearned(LimitEvent event) {
        events.add(event);
    }

    @Override
    public void gaveUp(GiveUpEvent event) {
        events.add(event);
    }

    @Override
    public void done(DoneEvent event) {
        events.add(event);
    }

    /** One event a line, in order; for the message of a test that fails. */
    @Override
    public String toString() {
        return String.join("\n", events.stream().map(Record::toString).toList());
    }
}
