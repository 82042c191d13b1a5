package dev.headway.jdk;

import dev.headway.spi.FutureDriver;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What a client and its views share. */
record SharedClient(HttpClient client, OriginScopes scopes, WaitingCalls waiting) {

    /** Where the JDK's client completes its futures, so that what hangs on them may block. */
    static final Executor COMPLETER = new CompletableFuture<Void>().defaultExecutor();

    /** Where a call goes on. */
    Executor executor() {
        return client.executor().orElseGet(FutureDriver::defaultExecutor);
    }

    /** As the wrapped client does it, but for one that takes no work any more, or has no thread: then here, a call must not hang. */
    static void run(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            task.run();
        }
    }
}
