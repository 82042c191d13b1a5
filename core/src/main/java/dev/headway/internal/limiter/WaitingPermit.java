package dev.headway.internal.limiter;

import dev.headway.WaitCause;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A permit that could not be granted at once: a node of its scope's queue. */
final class WaitingPermit extends LocalPermit {

    final long deadline;
    final boolean again;
    private final WaitCause cause;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    @Nullable WaitingPermit previous;

    @Nullable WaitingPermit next;

    WaitingPermit(ScopeLimiter scope, int cost, int ticket, boolean again, long deadline, WaitCause cause) {
        super(scope, cost, ticket);
        this.again = again;
        this.deadline = deadline;
        this.cause = cause;
    }

    boolean olderThan(WaitingPermit other) {
        return ticket - other.ticket < 0;
    }

    /** After it has left the queue, and not under the lock. */
    void announce() {
        settled.complete(null);
    }

    @Override
    public CompletionStage<?> settled() {
        return settled;
    }

    @Override
    public WaitCause cause() {
        return cause;
    }
}
