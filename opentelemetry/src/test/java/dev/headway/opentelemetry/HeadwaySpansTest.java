package dev.headway.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import dev.headway.Concurrency;
import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.RefusedException;
import dev.headway.Scope;
import dev.headway.testkit.VirtualTime;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HeadwaySpansTest {

    private static final Scope API = Scope.of("api");
    private static final AttributeKey<Long> RESENDS = AttributeKey.longKey("http.request.resend_count");

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final Tracer tracer = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(spans))
            .build()
            .get("test");
    private final VirtualTime time = VirtualTime.automatic();

    @Test
    void resendsWaitsAndRefusalsAreOnTheCurrentSpan() {
        SpanData span = spanOf(OnLimit.WAIT, refusing(2));

        assertThat(span.getAttributes().get(RESENDS)).isEqualTo(2);
        assertThat(span.getEvents())
                .extracting(EventData::getName)
                .containsExactly("headway.refused", "headway.wait", "headway.refused", "headway.wait");
        assertThat(span.getEvents().get(0).getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("headway.scope"), "api")
                .containsEntry(AttributeKey.stringKey("error.type"), "dev.headway.RefusedException")
                .containsEntry(AttributeKey.longKey("headway.retry_after.ms"), 3000L);
        EventData wait = span.getEvents().get(1);
        assertThat(wait.getAttributes().get(AttributeKey.stringKey("headway.wait.cause")))
                .isEqualTo("server_hint");
        assertThat(wait.getAttributes().get(AttributeKey.longKey("headway.wait.ms")))
                .isBetween(3000L, 3100L);
    }

    /** Whoever gives a permit back goes on with the call that waited for it, with his own span. */
    @Test
    void aWaitIsOnTheSpanInWhichItBegan() throws Exception {
        Headway headway = Headway.builder()
                .limit(Concurrency.of(1))
                .listener(new HeadwaySpans())
                .build();
        Span one = tracer.spanBuilder("one").startSpan();
        Span other = tracer.spanBuilder("other").startSpan();
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<String> first = within(one, () -> headway.callAsync(API, () -> answer));
        CompletableFuture<String> second =
                within(other, () -> headway.callAsync(API, () -> CompletableFuture.completedFuture("served")));
        boolean completed = within(one, () -> answer.complete("served"));

        assertThat(completed).isTrue();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(second.get(30, TimeUnit.SECONDS));
        one.end();
        other.end();
        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName, span -> span.getEvents().size())
                .containsExactly(tuple("one", 0), tuple("other", 1));
    }

    private static <T> T within(Span span, Supplier<T> code) {
        return Context.current().with(span).wrapSupplier(code).get();
    }

    @Test
    void aCallThatGivesUpSaysWhy() {
        SpanData span = spanOf(OnLimit.FAIL, refusing(1));

        assertThat(span.getAttributes().get(RESENDS)).isNull();
        assertThat(span.getEvents())
                .extracting(EventData::getName)
                .containsExactly("headway.refused", "headway.gave_up");
        assertThat(span.getEvents().get(1).getAttributes().get(AttributeKey.stringKey("headway.reason")))
                .isEqualTo("limit");
    }

    @Test
    void aGoodCallAddsNothing() {
        SpanData span = spanOf(OnLimit.WAIT, refusing(0));

        assertThat(span.getEvents()).isEmpty();
        assertThat(span.getAttributes().isEmpty()).isTrue();
    }

    @Test
    void withoutASpanNothingHappens() throws Exception {
        Headway headway =
                Headway.builder().time(time).listener(new HeadwaySpans()).build();

        assertThat(headway.call(API, refusing(1))).isEqualTo("served");
    }

    private SpanData spanOf(OnLimit onLimit, Callable<String> code) {
        Headway headway = Headway.builder()
                .time(time)
                .onLimit(onLimit)
                .listener(new HeadwaySpans())
                .build();
        Span span = tracer.spanBuilder("work").startSpan();
        try (io.opentelemetry.context.Scope current = span.makeCurrent()) {
            assertThat(current).isNotNull();
            var unused = catchThrowable(() -> headway.call(API, code));
        } finally {
            span.end();
        }
        assertThat(spans.getFinishedSpanItems()).hasSize(1);
        return spans.getFinishedSpanItems().get(0);
    }

    private static Callable<String> refusing(int times) {
        AtomicInteger runs = new AtomicInteger();
        return () -> {
            if (runs.incrementAndGet() <= times) {
                throw new RefusedException(Duration.ofSeconds(3));
            }
            return "served";
        };
    }
}
