package dev.headway.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that waits, and wakes when its time is over, its permit is decided, its call is cancelled, or it is interrupted. */
final class BlockingWait {

    private final TimeSource time;
    private final Thread thread = Thread.currentThread();
    private BlockingExchange.@Nullable Registration registration;
    private volatile boolean cancelled;

    BlockingWait(TimeSource time) {
        this.time = time;
    }

    /** Hears the call's cancel from now on, also one that has happened already. */
    void listen(BlockingExchange<?> exchange) {
        registration = exchange.onCancel(() -> {
            cancelled = true;
            LockSupport.unpark(thread);
        });
    }

    void carryOut(Step step) throws InterruptedException {
        if (step instanceof Step.Wait fixed) {
            await(fixed.nanos(), null);
        } else {
            Step.Await await = (Step.Await) step;
            await.stage().thenRun(() -> LockSupport.unpark(thread));
            await(await.maxNanos(), await.stage().toCompletableFuture());
        }
    }

    private void await(long nanos, @Nullable CompletableFuture<?> stage) throws InterruptedException {
        long until = time.nanoTime() + nanos;
        while (!cancelled && (stage == null || !stage.isDone())) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = until - time.nanoTime();
            if (left <= 0) {
                return;
            }
            time.park(left);
        }
    }

    void close() {
        if (registration != null) {
            registration.close();
        }
    }
}
