package dev.headway.opentelemetry;

import dev.headway.HeadwayListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Locale;

/**
 * Tells the span that is current where it happens what a call did beyond one attempt: the attribute {@code http.request.resend_count},
 * and the events {@code headway.refused}, {@code headway.wait} and {@code headway.gave_up}. A call that is neither delayed nor repeated
 * adds nothing. Give it to {@link dev.headway.Headway.Builder#listener}.
 *
 * <p>A call that blocks is told completely. One that does not goes on, after a wait, on a thread where no span is current, and from there
 * on tells nothing. Stateless and thread-safe.
 */
public final class HeadwaySpans implements HeadwayListener {

    private static final AttributeKey<Long> RESEND_COUNT = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> SCOPE = AttributeKey.stringKey("headway.scope");
    private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("headway.wait.cause");
    private static final AttributeKey<Long> WAITED = AttributeKey.longKey("headway.wait.ms");
    private static final AttributeKey<Long> RETRY_AFTER = AttributeKey.longKey("headway.retry_after.ms");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("headway.reason");

    private final Waiting waiting = new Waiting();

    /** Makes a listener; one serves any number of Headways. */
    public HeadwaySpans() {}

    @Override
    public void sending(SendEvent event) {
        if (event.attempt() > 1) {
            var unused = waiting.of(event.call()).setAttribute(RESEND_COUNT, (long) event.attempt() - 1);
        }
    }

    @Override
    public void attempt(AttemptEvent event) {
        if (!event.throttled()) {
            return;
        }
        AttributesBuilder told = Attributes.builder();
        var unused = told.put(SCOPE, event.call().scope().name());
        event.attempt().status().ifPresent(status -> told.put(STATUS, (long) status));
        Throwable failure = event.attempt().failure();
        if (failure != null) {
            unused = told.put(ERROR, failure.getClass().getName());
        }
        event.hint().retryAfter().ifPresent(length -> told.put(RETRY_AFTER, length.toMillis()));
        tell(event.call(), "headway.refused", told.build());
    }

    /** Told when it is over: only then is its length known. */
    @Override
    public void waited(WaitedEvent event) {
        tell(
                event.call(),
                "headway.wait",
                Attributes.of(
                        SCOPE,
                        event.call().scope().name(),
                        CAUSE,
                        lower(event.over().cause()),
                        WAITED,
                        event.over().duration().toMillis()));
    }

    @Override
    public void gaveUp(GiveUpEvent event) {
        tell(
                event.call(),
                "headway.gave_up",
                Attributes.of(SCOPE, event.call().scope().name(), REASON, lower(event.reason())));
    }

    @Override
    public void waiting(WaitEvent event) {
        waiting.begins(event.call());
    }

    @Override
    public void done(DoneEvent event) {
        waiting.ends(event.call());
    }

    private void tell(CallInfo call, String name, Attributes attributes) {
        var unused = waiting.of(call).addEvent(name, attributes);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
