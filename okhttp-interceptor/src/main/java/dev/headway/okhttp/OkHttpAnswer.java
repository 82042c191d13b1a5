package dev.headway.okhttp;

import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.spi.Execution;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** The client's response as core reads it, without a copy. */
final class OkHttpAnswer implements Signal.Response {

    private final okhttp3.Response response;
    private final OkHttpExchange exchange;
    private final Execution execution;

    OkHttpAnswer(okhttp3.Response response, OkHttpExchange exchange, Execution execution) {
        this.response = response;
        this.exchange = exchange;
        this.execution = execution;
    }

    @Override
    public int status() {
        return response.code();
    }

    @Override
    public boolean local() {
        return response.networkResponse() == null;
    }

    @Override
    public boolean ofAnotherRequest() {
        return !response.request().method().equals(exchange.method());
    }

    @Override
    public ByteBuffer bodyStart() {
        BodyStart start = exchange.bodyStart(response, this, execution);
        return start == null ? Signal.Response.super.bodyStart() : start.bytes();
    }

    @Override
    public @Nullable Scope scope() {
        return response.priorResponse() == null
                ? null
                : exchange.scopeOf(response.request().url());
    }

    @Override
    public boolean anyName(Predicate<? super String> test) {
        Headers headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            if (test.test(headers.name(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        Headers headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            visitor.accept(headers.name(i), headers.value(i));
        }
    }
}
