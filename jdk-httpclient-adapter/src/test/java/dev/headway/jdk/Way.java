package dev.headway.jdk;

import static java.util.Objects.requireNonNull;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The two ways to call, so that each test goes both. */
enum Way {
    SEND {
        @Override
        <T> HttpResponse<T> call(HttpClient client, HttpRequest request, BodyHandler<T> handler) throws Exception {
            return client.send(request, handler);
        }
    },
    SEND_ASYNC {
        @Override
        <T> HttpResponse<T> call(HttpClient client, HttpRequest request, BodyHandler<T> handler) throws Exception {
            return result(client.sendAsync(request, handler));
        }
    };

    /** Throws what the caller of {@code send} or the cause that the caller of {@code sendAsync} sees. */
    abstract <T> HttpResponse<T> call(HttpClient client, HttpRequest request, BodyHandler<T> handler) throws Exception;

    static <T> T result(CompletableFuture<T> future) throws Exception {
        // What a dependent sees is wrapped once, as with the client's own future.
        CompletableFuture<T> dependent = future.whenComplete((value, thrown) -> {
            if (thrown != null && !(thrown instanceof CompletionException)) {
                throw new AssertionError("Not wrapped: " + thrown);
            }
        });
        try {
            return dependent.get();
        } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause());
            if (cause instanceof Exception exception) {
                throw exception;
            }
            throw e;
        }
    }
}
