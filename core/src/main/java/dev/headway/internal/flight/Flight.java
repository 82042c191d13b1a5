package dev.headway.internal.flight;

import dev.headway.HeadwayListener;
import org.jspecify.annotations.Nullable;

/** Whether a recording runs. On the class path of an image that was made without the recorder there never is one. */
public final class Flight {

    private static final boolean AVAILABLE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private static final @Nullable HeadwayListener RECORDER = AVAILABLE ? new FlightRecorder() : null;

    private Flight() {}

    /**
     * Returns who records now.
     *
     * @return the listener, or null while nothing is recorded
     */
    public static @Nullable HeadwayListener recorder() {
        return AVAILABLE && FlightRecorder.anything() ? RECORDER : null;
    }

    /**
     * Tells whether attempts are recorded now, also those that went well.
     *
     * @return whether they are
     */
    public static boolean attempts() {
        return AVAILABLE && FlightRecorder.attempts();
    }

    /**
     * Tells whether anything of a call is recorded now.
     *
     * @return whether it is
     */
    public static boolean calls() {
        return AVAILABLE && FlightRecorder.calls();
    }
}
