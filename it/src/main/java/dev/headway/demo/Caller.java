package dev.headway.demo;

import dev.headway.CallTrace;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.Scope;
import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.okhttp.HeadwayInterceptor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** How a lane does one call. This is all that differs between a program with Headway and one without. */
@FunctionalInterface
interface Caller {

    /** What one call came to. */
    record Outcome(int status, CallTrace trace) {}

    Outcome call(URI url, Map.@Nullable Entry<String, String> header) throws IOException, InterruptedException;

    /** OkHttp without anything. */
    static Caller okHttp() {
        return okHttp(new OkHttpClient.Builder());
    }

    /** OkHttp with Headway. */
    static Caller okHttp(Headway headway) {
        return okHttp(new OkHttpClient.Builder().addInterceptor(HeadwayInterceptor.of(headway)));
    }

    private static Caller okHttp(OkHttpClient.Builder builder) {
        OkHttpClient client = builder.readTimeout(Duration.ofSeconds(30)).build();
        return (url, header) -> {
            Request.Builder request = new Request.Builder().url(url.toString());
            if (header != null) {
                request.header(header.getKey(), header.getValue());
            }
            try (Response response = client.newCall(request.build()).execute()) {
                return new Outcome(response.code(), HeadwayInterceptor.trace(response));
            }
        };
    }

    /** The JDK's client with Headway. */
    static Caller jdk(Headway headway) {
        HttpClient client = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), headway);
        return (url, header) -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30));
            if (header != null) {
                request.header(header.getKey(), header.getValue());
            }
            HttpResponse<Void> response = client.send(request.build(), HttpResponse.BodyHandlers.discarding());
            return new Outcome(response.statusCode(), HeadwayHttpClient.trace(response));
        };
    }

    /** Without Headway nobody tells what happened: one attempt for each call, whose end the listener hears. */
    static Caller heard(Caller caller, HeadwayListener listener) {
        return (url, header) -> {
            HeadwayListener.CallInfo call = new HeadwayListener.CallInfo(Scope.ofOrigin(url), "GET", url.toString());
            long began = System.nanoTime();
            try {
                Outcome outcome = caller.call(url, header);
                listener.done(new HeadwayListener.DoneEvent(call, once(began, OptionalInt.of(outcome.status()), null)));
                return outcome;
            } catch (IOException e) {
                listener.done(new HeadwayListener.DoneEvent(call, once(began, OptionalInt.empty(), e)));
                throw e;
            }
        };
    }

    private static CallTrace once(long began, OptionalInt status, @Nullable IOException failure) {
        Duration duration = Duration.ofNanos(System.nanoTime() - began);
        return new CallTrace(
                List.of(new CallTrace.Attempt(1, Duration.ZERO, duration, status, failure)), List.of(), null);
    }

    /** Every second call by the one, every other by the other. */
    static Caller alternating(Caller one, Caller other) {
        AtomicInteger calls = new AtomicInteger();
        return (url, header) -> (calls.getAndIncrement() % 2 == 0 ? one : other).call(url, header);
    }
}
