package dev.headway;

/** What a call does that a limit or a pause does not let go at once. */
public enum OnLimit {

    /** It waits for its turn, as long as its deadline and {@link Headway.Builder#maxWait} allow. */
    WAIT,

    /**
     * It ends at once with {@link GiveUpReason#LIMIT}: unsent with a {@link GiveUpException} that tells when it could go, after a
     * refusal with that response. Only the backoff after a failure is still waited for.
     */
    FAIL
}
