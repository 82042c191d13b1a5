package dev.headway.redis;

/** What a process does while Redis does not answer. Pauses that servers ask for are kept in any case, by each process for itself. */
public enum WhenUnavailable {

    /** Goes on with 0.8 of the share of the limit that it last had, evenly; where that is not known, with an equal share. */
    FAIR_SHARE,

    /** Goes on without any limit. */
    FAIL_OPEN,

    /** Holds every call until Redis answers again; those whose deadline comes sooner are given up. */
    FAIL_CLOSED
}
