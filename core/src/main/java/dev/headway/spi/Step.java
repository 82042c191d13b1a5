package dev.headway.spi;

import dev.headway.GiveUpReason;
import dev.headway.WaitCause;
import java.util.concurrent.CompletionStage;

/** The complete output of {@link Execution#next()}: what a driver does now. */
public sealed interface Step {

    /**
     * Release the response in hand, if any, send, then record exactly one signal.
     *
     * @param attempt the number of the attempt, from 1
     */
    record Send(int attempt) implements Step {}

    /**
     * Release the response in hand, wait, hearing cancel, then ask again.
     *
     * @param nanos how long
     * @param cause why
     */
    record Wait(long nanos, WaitCause cause) implements Step {}

    /**
     * Release the response in hand, wait, hearing cancel, until the stage is complete or the time is over, then ask again.
     *
     * @param stage completes when the permit is decided, never exceptionally
     * @param maxNanos the longest time to wait
     * @param cause why
     */
    record Await(CompletionStage<?> stage, long maxNanos, WaitCause cause) implements Step {}

    /** Hand over the result in hand, untouched. */
    record Return() implements Step {}

    /**
     * The call would have gone on but may not: hand over the result in hand, untouched; throw a {@link dev.headway.GiveUpException}
     * when there is none, or when the policy asks for it, and then release the response in hand.
     *
     * @param reason why it may not
     * @param thrown whether a response is released and not handed over
     */
    record GiveUp(GiveUpReason reason, boolean thrown) implements Step {

        /**
         * The response in hand is handed over.
         *
         * @param reason why it may not go on
         */
        public GiveUp(GiveUpReason reason) {
            this(reason, false);
        }
    }
}
