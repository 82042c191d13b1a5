package dev.headway;

/** How the calls of a window are spread over it. */
public enum Pacing {

    /** As soon as the server would take them: a burst within the limit goes at once. */
    EAGER,

    /**
     * Evenly over the window, without a burst: for services that prefer a steady flow to an early one, and for keys that are
     * shared with others on purpose.
     */
    EVEN
}
