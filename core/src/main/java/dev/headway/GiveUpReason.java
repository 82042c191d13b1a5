package dev.headway;

/** Why a call ended although its last signal asked for another attempt, or before its first. */
public enum GiveUpReason {

    /** The policy's number of attempts is used up. */
    ATTEMPTS("all attempts are used up"),

    /** The policy's {@link RetryPolicy.Builder#stop} says so. */
    STOPPED("the policy's rule says to stop"),

    /** The next attempt could only begin after the policy's or the caller's deadline. */
    DEADLINE("the next attempt could only begin after the deadline of the policy or the caller"),

    /** A permit could only be had after a wait longer than {@link Headway.Builder#maxWait}. */
    MAX_WAIT("a permit could only be had after a longer wait than allowed"),

    /** A permit could not be had at once, and the call does not wait: {@link OnLimit#FAIL}. */
    LIMIT("the limit leaves no room now, and the call does not wait"),

    /** What the limiter shares the limit through did not answer in time: {@link WaitCause#LIMITER_DOWN}. */
    LIMITER_DOWN("what the limiter shares the limit through does not answer"),

    /** As many calls of the scope wait for a permit as {@link Headway.Builder#maxWaiting} allows. */
    QUEUE_FULL("too many calls wait for the same quota already"),

    /** The server asks for a longer wait than {@link RetryPolicy#maxServerWait()}. */
    SERVER_WAIT("the server asks for a longer wait than allowed"),

    /** The body can not be sent a second time. */
    NOT_REPLAYABLE("the request body can not be sent again"),

    /** The server may have done the work, and nothing says that doing it twice is safe. */
    NOT_IDEMPOTENT("the server may have done the work, and the request is not idempotent"),

    /** The scope's retry budget is empty. */
    BUDGET("the retry budget of the scope is empty");

    private final String text;

    GiveUpReason(String text) {
        this.text = text;
    }

    /**
     * Returns the reason in words.
     *
     * @return a part of a sentence
     */
    public String text() {
        return text;
    }
}
