package dev.headway.internal.flight;

import dev.headway.HeadwayListener;
import jdk.jfr.Event;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/** What belongs to a call. */
abstract class CallEvent extends Event {

    @Label("Scope")
    @Nullable String scope;

    @Label("Method")
    @Nullable String method;

    @Label("URL")
    @Nullable String url;

    final void of(HeadwayListener.CallInfo call) {
        scope = call.scope().name();
        method = call.method();
        url = call.url();
    }
}
