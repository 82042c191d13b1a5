package dev.headway.jdk;

import dev.headway.Scope;
import dev.headway.Signal;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The client's response as core reads it, without a copy. */
final class JdkAnswer implements Signal.Response, JdkHeaders {

    private final HttpResponse<?> response;
    private final OriginScopes scopes;

    JdkAnswer(HttpResponse<?> response, OriginScopes scopes) {
        this.response = response;
        this.scopes = scopes;
    }

    @Override
    public int status() {
        return response.statusCode();
    }

    @Override
    public boolean ofAnotherRequest() {
        HttpResponse<?> first = response;
        while (first.previousResponse().isPresent()) {
            first = first.previousResponse().get();
        }
        return !first.request().method().equals(response.request().method());
    }

    @Override
    public @Nullable Scope scope() {
        return response.previousResponse().isEmpty() ? null : scopes.of(response.uri());
    }

    @Override
    public HttpHeaders headers() {
        return response.headers();
    }

    @Override
    public ByteBuffer bodyStart() {
        return response.body() instanceof HeldBody held ? held.start() : Signal.Response.super.bodyStart();
    }
}
