package dev.headway.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** An attempt has ended. */
@Name("dev.headway.Attempt")
@Label("Attempt")
@Description("An attempt of a call has ended, well or not")
@Category("Headway")
@StackTrace(false)
final class AttemptEnded extends CallEvent {

    @Label("Attempt")
    int attempt;

    @Label("Status")
    @Description("Of the response, 0 after a failure")
    int status;

    @Label("Error")
    @Description("The class of the exception")
    @Nullable String error;

    @Label("Evidence")
    @Description("What is known of a request that did not end well")
    @Nullable String evidence;

    @Label("Throttled")
    @Description("Whether the server refused because of a limit")
    boolean throttled;

    @Label("Took")
    @Timespan
    long took;
}
