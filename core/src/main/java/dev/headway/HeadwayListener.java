package dev.headway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a Headway does. Called on the thread where it happens, never under a lock; must be quick, must not block. What
 * it throws is logged and harms no call. Thread-safe if the Headway is used by several threads.
 */
public interface HeadwayListener {

    /**
     * An attempt begins.
     *
     * @param event which
     */
    default void sending(SendEvent event) {}

    /**
     * An attempt has ended.
     *
     * @param event what it was
     */
    default void attempt(AttemptEvent event) {}

    /**
     * A call begins to wait.
     *
     * @param event for what
     */
    default void waiting(WaitEvent event) {}

    /**
     * A refusal has closed the gate of a scope, or the server has moved the moment of its opening.
     *
     * @param event for how long
     */
    default void gateClosed(GateEvent event) {}

    /**
     * The gate of a scope lets calls through again.
     *
     * @param scope the scope
     */
    default void gateOpened(Scope scope) {}

    /**
     * A server has told a limit that was not known, or another one than before.
     *
     * @param event the limit
     */
    default void limitLearned(LimitEvent event) {}

    /**
     * A call has ended although it wanted to go on.
     *
     * @param event why
     */
    default void gaveUp(GiveUpEvent event) {}

    /**
     * A call has ended, in whatever way but cancellation.
     *
     * @param event what happened in it
     */
    default void done(DoneEvent event) {}

    /**
     * The call an event belongs to.
     *
     * @param scope its scope
     * @param method its method
     * @param url its address without user info, query and fragment
     */
    record CallInfo(Scope scope, String method, String url) {}

    /**
     * An attempt begins.
     *
     * @param call which call
     * @param attempt its number, from 1
     */
    record SendEvent(CallInfo call, int attempt) {}

    /**
     * An attempt has ended.
     *
     * @param call which call
     * @param attempt its number, duration and end
     * @param evidence what is known of the request; null when the attempt ended well
     */
    record AttemptEvent(
            CallInfo call,
            CallTrace.Attempt attempt,
            @Nullable Evidence evidence) {}

    /**
     * A call begins to wait.
     *
     * @param call which call
     * @param before the number of the attempt that comes after
     * @param atMost how long at most; a wait for a permit usually ends sooner
     * @param cause why
     */
    record WaitEvent(CallInfo call, int before, Duration atMost, WaitCause cause) {}

    /**
     * A gate has closed.
     *
     * @param scope the scope
     * @param length for how long from now
     */
    record GateEvent(Scope scope, Duration length) {}

    /**
     * A limit was learned.
     *
     * @param scope the scope
     * @param limit what the server says of it
     */
    record LimitEvent(Scope scope, LimitHint limit) {}

    /**
     * A call has given up.
     *
     * @param call which call
     * @param reason why
     * @param attempts how many attempts were sent
     */
    record GiveUpEvent(CallInfo call, GiveUpReason reason, int attempts) {}

    /**
     * A call has ended.
     *
     * @param call which call
     * @param trace what happened in it
     */
    record DoneEvent(CallInfo call, CallTrace trace) {}
}
