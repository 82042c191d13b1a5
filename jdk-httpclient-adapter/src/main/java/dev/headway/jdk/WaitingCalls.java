package dev.headway.jdk;

import dev.headway.spi.BlockingExchange.Registration;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The calls of a client that wait, so that closing it ends them. The wrapped client knows only those that are on their way;
 * what is neither costs a look at {@link #closed()}. Shared by the views of a client.
 */
final class WaitingCalls {

    private final Set<Consumer<? super IOException>> waiting = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closed;

    /** Whether nothing may be sent any more. */
    boolean closed() {
        return closed;
    }

    static IOException closedFailure() {
        return new IOException("The client is closed.");
    }

    /** Ends a call if the client is closed while it waits, or has been closed already. */
    Registration add(Consumer<? super IOException> end) {
        waiting.add(end);
        if (closed) {
            end.accept(closedFailure());
        }
        return () -> {
            waiting.remove(end);
            look();
        };
    }

    void close() {
        closed = true;
        waiting.forEach(end -> end.accept(closedFailure()));
        look();
    }

    private void look() {
        if (closed && waiting.isEmpty()) {
            ended.complete(null);
        }
    }

    /** Whether it is closed and none waits any more. */
    boolean ended() {
        return ended.isDone();
    }

    boolean awaitEnd(Duration atMost) throws InterruptedException {
        try {
            ended.get(AttemptTime.nanos(atMost), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
