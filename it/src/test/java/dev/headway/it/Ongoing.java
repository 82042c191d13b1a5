package dev.headway.it;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A call that was begun.
 *
 * @param end the result or the client's own exception
 * @param cancel cancels as the client does it
 * @param interrupt interrupts the caller's thread
 */
public record Ongoing(CompletableFuture<Result> end, Runnable cancel, Runnable interrupt) {

    /** Longer than any call of a test takes. */
    private static final long PATIENCE_SECONDS = 30;

    interface Call {
        Result run() throws Exception;
    }

    /** A call that the caller's own thread carries. */
    static Ongoing onOwnThread(Call call, Runnable cancel) {
        CompletableFuture<Result> end = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        end.complete(call.run());
                    } catch (Throwable thrown) {
                        end.completeExceptionally(thrown);
                    }
                },
                "caller");
        thread.setDaemon(true);
        thread.start();
        return new Ongoing(end, cancel, thread::interrupt);
    }

    public Result result() throws Exception {
        try {
            return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("The call failed: " + e.getCause(), e.getCause());
        }
    }

    Throwable failure() throws Exception {
        return end.handle((result, thrown) -> {
                    if (thrown == null) {
                        throw new AssertionError("The call did not fail: " + result);
                    }
                    return thrown;
                })
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
