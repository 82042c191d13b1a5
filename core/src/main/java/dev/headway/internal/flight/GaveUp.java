package dev.headway.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A call has given up. */
@Name("dev.headway.GiveUp")
@Label("Give up")
@Description("A call has ended although it wanted to go on")
@Category("Headway")
@StackTrace(false)
final class GaveUp extends CallEvent {

    @Label("Attempts")
    @Description("How many were sent")
    int attempts;

    @Label("Reason")
    @Nullable String reason;
}
