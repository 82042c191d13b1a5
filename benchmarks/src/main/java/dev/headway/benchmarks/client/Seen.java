package dev.headway.benchmarks.client;

import dev.headway.Headway;
import dev.headway.micrometer.HeadwayMetrics;
import dev.headway.opentelemetry.HeadwaySpans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import jdk.jfr.Recording;
import okhttp3.Interceptor;

/** A Headway with all that shows what it does: log, meters, spans, and a flight recording of every attempt. */
final class Seen {

    /** One for all calls: to make spans is the tracer's cost, to find the present one is ours. */
    private static final Span SPAN = SdkTracerProvider.builder()
            .build()
            .get("benchmark")
            .spanBuilder("calls")
            .startSpan();

    private Seen() {}

    static Headway headway() {
        HeadwayMetrics metrics = new HeadwayMetrics();
        metrics.bindTo(new SimpleMeterRegistry());
        Recording recording = new Recording();
        for (String event : new String[] {"Attempt", "Wait", "GiveUp", "Gate", "LimitLearned"}) {
            recording.enable("dev.headway." + event);
        }
        recording.setMaxSize(10_000_000);
        recording.start();
        return Headway.builder().listener(metrics).listener(new HeadwaySpans()).build();
    }

    static Interceptor intercepting(Interceptor inner) {
        return chain -> {
            try (Scope scope = SPAN.makeCurrent()) {
                return inner.intercept(chain);
            }
        };
    }
}
