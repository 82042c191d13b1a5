package dev.headway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What happened in one call: its attempts and its waits, in order. Immutable. */
public final class CallTrace {

    private final List<Attempt> attempts;
    private final List<Wait> waits;
    private final @Nullable GiveUpReason gaveUp;
    private final @Nullable Duration retryAfter;

    /**
     * A trace that knows nothing of a later attempt.
     *
     * @param attempts the finished attempts, in order
     * @param waits the waits, in order
     * @param gaveUp why the call ended although it wanted to go on, or null
     */
    public CallTrace(List<Attempt> attempts, List<Wait> waits, @Nullable GiveUpReason gaveUp) {
        this(attempts, waits, gaveUp, null);
    }

    /**
     * Made by the state machine.
     *
     * @param attempts the finished attempts, in order
     * @param waits the waits, in order
     * @param gaveUp why the call ended although it wanted to go on, or null
     * @param retryAfter how long after that its next attempt could go at the earliest, or null
     */
    public CallTrace(
            List<Attempt> attempts, List<Wait> waits, @Nullable GiveUpReason gaveUp, @Nullable Duration retryAfter) {
        this.attempts = List.copyOf(attempts);
        this.waits = List.copyOf(waits);
        this.gaveUp = gaveUp;
        this.retryAfter = retryAfter;
    }

    /**
     * Returns the finished attempts.
     *
     * @return an immutable list, in order
     */
    public List<Attempt> attempts() {
        return attempts;
    }

    /**
     * Returns the waits before and between the attempts.
     *
     * @return an immutable list, in order
     */
    public List<Wait> waits() {
        return waits;
    }

    /**
     * Returns why the call ended although its last signal asked for another attempt.
     *
     * @return the reason, or empty when the call ended by itself
     */
    public Optional<GiveUpReason> gaveUp() {
        return Optional.ofNullable(gaveUp);
    }

    /**
     * Returns how long after the end of a call that gave up its next attempt could have gone.
     *
     * @return a lower bound, or empty where nothing is known of it
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** For people: {@code 429 after 12 ms, waited 2000 ms for SERVER_HINT, 200 after 9 ms}, and why it gave up. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        int wait = 0;
        for (Attempt attempt : attempts) {
            while (wait < waits.size() && waits.get(wait).before() <= attempt.number()) {
                parts.add(waits.get(wait++).toString());
            }
            parts.add(attempt.toString());
        }
        while (wait < waits.size()) {
            parts.add(waits.get(wait++).toString());
        }
        String told = parts.isEmpty() ? "nothing was sent" : String.join(", ", parts);
        String end = gaveUp == null ? "" : "; " + gaveUp.text();
        return told + end + (retryAfter == null ? "" : ", at the earliest in " + retryAfter.toMillis() + " ms");
    }

    /**
     * One finished attempt.
     *
     * @param number from 1
     * @param startedAfter time from the begin of the call to the begin of the attempt
     * @param duration time from the begin of the attempt to its signal
     * @param status the status of the response, empty after a failure
     * @param failure the exception, or null after a response
     */
    public record Attempt(
            int number,
            Duration startedAfter,
            Duration duration,
            OptionalInt status,
            @Nullable Throwable failure) {

        @Override
        public String toString() {
            String end = failure != null ? failure.getClass().getSimpleName() : String.valueOf(status.orElse(0));
            return end + " after " + duration.toMillis() + " ms";
        }
    }

    /**
     * One finished or abandoned wait.
     *
     * @param before the number of the attempt it came before
     * @param duration how long it took in truth
     * @param cause why
     */
    public record Wait(int before, Duration duration, WaitCause cause) {

        @Override
        public String toString() {
            return "waited " + duration.toMillis() + " ms for " + cause;
        }
    }
}
