package dev.headway.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A gate has closed or opened. */
@Name("dev.headway.Gate")
@Label("Gate")
@Description("No call of a scope is sent, or calls are sent again")
@Category("Headway")
@StackTrace(false)
final class GateMoved extends Event {

    @Label("Scope")
    @Nullable String scope;

    @Label("Closed")
    boolean closed;

    @Label("Length")
    @Description("For how long from now, where it has closed")
    @Timespan
    long length;
}
