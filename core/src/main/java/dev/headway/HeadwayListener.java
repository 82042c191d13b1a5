package dev.headway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a Headway does. Called on the thread where it happens, never under a lock; must be quick, must not block. What
 * it throws is logged and harms no call. Thread-safe if the Headway is used by several threads.
 */
public interface HeadwayListener {

    /**
     * The Headway that this hears of has been built; before its first call.
     *
     * @param headway the Headway; a listener of a policy is not told
     */
    default void attached(Headway headway) {}

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
     * The wait of a call is over; not told where the call was cancelled meanwhile.
     *
     * @param event how long it took
     */
    default void waited(WaitedEvent event) {}

    /**
     * A refusal has closed the gate of a scope, or the server has moved the moment of its opening.
     *
     * @param event for how long
     */
    default void gateClosed(GateEvent event) {}

    /**
     * The gate of a scope lets calls through again: one goes, or the scope is no longer kept. Told once for each gate that was
     * told closed, however often its moment has moved.
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
     * @param throttled whether the server refused because of a limit
     * @param hint what the answer says of limits; {@link RateLimitHint#none()} where it says nothing
     */
    record AttemptEvent(
            CallInfo call,
            CallTrace.Attempt attempt,
            @Nullable Evidence evidence,
            boolean throttled,
            RateLimitHint hint) {}

    /**
     * A call begins to wait.
     *
     * @param call which call
     * @param before the number of the attempt that comes after
     * @param atLeast how long at least, as far as is known now; a permit may also come sooner where others leave the queue, or where
     *     an answer tells of a greater limit
     * @param atMost how long at most; a wait for a permit usually ends sooner
     * @param cause why
     * @param deadlineLeft how long until the deadline of the call
     * @param last the attempt before, null before the first
     */
    record WaitEvent(
            CallInfo call,
            int before,
            Duration atLeast,
            Duration atMost,
            WaitCause cause,
            Duration deadlineLeft,
            CallTrace.@Nullable Attempt last) {}

    /**
     * A wait is over.
     *
     * @param call which call
     * @param over for what it was, and how long it took in truth
     */
    record WaitedEvent(CallInfo call, CallTrace.Wait over) {}

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
     * @param last the last attempt, null where none was sent
     * @param retryAfter how long from now the next attempt could go at the earliest, null where nothing is known of it
     */
    record GiveUpEvent(
            CallInfo call,
            GiveUpReason reason,
            int attempts,
            CallTrace.@Nullable Attempt last,
            @Nullable Duration retryAfter) {}

    /**
     * A call has ended.
     *
     * @param call which call
     * @param trace what happened in it
     */
    record DoneEvent(CallInfo call, CallTrace trace) {}
}
