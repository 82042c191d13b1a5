package dev.headway.internal.flight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A limit is known. */
@Name("dev.headway.LimitLearned")
@Label("Limit learned")
@Description("A limit is known that was not, or was another")
@Category("Headway")
@StackTrace(false)
final class LimitLearned extends Event {

    @Label("Scope")
    @Nullable String scope;

    @Label("Limit name")
    @Nullable String limitName;

    @Label("Limit")
    @Description("How much a window allows, -1 where that is unknown")
    long limit;

    @Label("Remaining")
    @Description("-1 where that is unknown")
    long remaining;

    @Label("Window")
    @Description("0 where it is unknown")
    @Timespan
    long window;
}
