package dev.headway.okhttp;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** What a callback heard. */
final class Heard implements Callback {

    private final CompletableFuture<Response> result = new CompletableFuture<>();
    private final CompletableFuture<Thread> thread = new CompletableFuture<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    @Override
    public void onFailure(Call call, IOException e) {
        calls.add(call);
        thread.complete(Thread.currentThread());
        result.completeExceptionally(e);
    }

    @Override
    public void onResponse(Call call, Response response) {
        calls.add(call);
        thread.complete(Thread.currentThread());
        result.complete(response);
    }

    /** The calls that called back. */
    List<Call> calls() {
        return calls;
    }

    Thread thread() throws Exception {
        return thread.get(30, TimeUnit.SECONDS);
    }

    Response response() throws Exception {
        try {
            return result.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (IOException) e.getCause();
        }
    }
}
