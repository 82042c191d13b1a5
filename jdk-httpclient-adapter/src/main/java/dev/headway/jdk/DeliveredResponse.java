package dev.headway.jdk;

import dev.headway.CallTrace;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The client's response with the body that the caller's handler made, and the trace. Only for calls in which more happened than
 * one attempt, or whose body was held back until it was decided; all others get the client's own.
 */
final class DeliveredResponse<T> implements HttpResponse<T> {

    private final HttpResponse<?> response;
    private final @Nullable T body;
    private final CallTrace trace;

    DeliveredResponse(HttpResponse<?> response, @Nullable T body, CallTrace trace) {
        this.response = response;
        this.body = body;
        this.trace = trace;
    }

    CallTrace trace() {
        return trace;
    }

    @Override
    @SuppressWarnings("NullAway") // null where the caller's own handler made it so
    public T body() {
        return body;
    }

    @Override
    public int statusCode() {
        return response.statusCode();
    }

    @Override
    public HttpRequest request() {
        return response.request();
    }

    /** The hops before a redirect, whose bodies the client never shows. */
    @Override
    @SuppressWarnings("unchecked")
    public Optional<HttpResponse<T>> previousResponse() {
        return response.previousResponse().map(previous -> (HttpResponse<T>) previous);
    }

    @Override
    public HttpHeaders headers() {
        return response.headers();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return response.sslSession();
    }

    @Override
    public URI uri() {
        return response.uri();
    }

    @Override
    public HttpClient.Version version() {
        return response.version();
    }

    /** Overrides from Java 25 on. */
    public Optional<String> connectionLabel() {
        return NewerJava.connectionLabel(response);
    }

    @Override
    public String toString() {
        return response.toString();
    }
}
