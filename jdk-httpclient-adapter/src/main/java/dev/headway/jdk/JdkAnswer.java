package dev.headway.jdk;

import dev.headway.Scope;
import dev.headway.Signal;
import java.net.http.HttpResponse;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The client's response as core reads it, without a copy. */
final class JdkAnswer implements Signal.Response {

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
    public boolean anyName(Predicate<? super String> test) {
        for (String name : response.headers().map().keySet()) {
            if (test.test(name)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        response.headers().map().forEach((name, values) -> {
            for (String value : values) {
                visitor.accept(name, value);
            }
        });
    }
}
