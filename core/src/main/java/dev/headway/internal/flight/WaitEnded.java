package dev.headway.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A wait is over. */
@Name("dev.headway.Wait")
@Label("Wait")
@Description("A call has waited before an attempt")
@Category("Headway")
@StackTrace(false)
final class WaitEnded extends CallEvent {

    @Label("Attempt")
    @Description("The number of the attempt that comes after")
    int attempt;

    @Label("Cause")
    @Nullable String cause;

    @Label("Took")
    @Timespan
    long took;
}
