package dev.headway.timeline;

import dev.headway.WaitCause;

/** What a part of a call was. Waits first: what comes later is drawn over what came before. */
enum Kind {
    WAIT_PERMIT("waits for its turn"),
    WAIT_PAUSE("waits for the server"),
    WAIT_BACKOFF("backs off"),
    ACCEPTED("accepted"),
    REFUSED("refused"),
    FAILED("failed");

    private final String words;

    Kind(String words) {
        this.words = words;
    }

    static Kind of(WaitCause cause) {
        return switch (cause) {
            case PERMIT -> WAIT_PERMIT;
            case SERVER_HINT, SCOPE_PAUSED, LIMITER_DOWN -> WAIT_PAUSE;
            case BACKOFF -> WAIT_BACKOFF;
        };
    }

    String words() {
        return words;
    }

    /** The class in the style sheet. */
    String style() {
        return switch (this) {
            case WAIT_PERMIT -> "turn";
            case WAIT_PAUSE -> "pause";
            case WAIT_BACKOFF -> "backoff";
            case ACCEPTED -> "accepted";
            case REFUSED -> "refused";
            case FAILED -> "failed";
        };
    }

    boolean isAttempt() {
        return this == ACCEPTED || this == REFUSED || this == FAILED;
    }
}
