package dev.headway.spi;

import dev.headway.GiveUpException;
import dev.headway.internal.HandOff;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of an {@link Execution} without holding a thread. Decides nothing.
 *
 * <p>One thing is under way at any time: an attempt, a wait, or the delivery of the result. Whoever brings its end, or
 * completes the caller's future, enters the loop; the first to come runs it, the others leave a note.
 *
 * @param <R> the client's response
 * @param <T> what the caller gets
 */
public final class FutureDriver<R, T> {

    /** The end of what was under way: a wait if there is neither response nor failure. */
    private record Arrival<R>(
            @Nullable R response, @Nullable Throwable failure, boolean endsTheCall) {}

    private final Execution execution;
    private final FutureExchange<R, T> exchange;
    private final Executor executor;
    private final CallFuture<T> root = new CallFuture<>();

    private final AtomicInteger entered = new AtomicInteger();
    private volatile @Nullable Arrival<R> arrival;

    // Only whoever runs the loop touches these.
    private boolean starting = true;
    private boolean underWay;
    private boolean waited;
    private boolean failed;
    private @Nullable Runnable stop; // ends what is under way, if that has not ended by itself
    private @Nullable R response;
    private @Nullable Throwable failure;

    /**
     * Runs a call to its end.
     *
     * @param execution the call's state machine, not yet asked
     * @param exchange the client
     * @param executor where the call goes on after a wait; never blocked
     * @param <R> the client's response
     * @param <T> what the caller gets
     * @return the caller's future. Completing it in any way, {@code cancel} and {@code orTimeout} among them, ends the wait or
     *     the exchange; so does cancelling a future derived from it. It fails with the client's own exception, the trace
     *     suppressed in it, or with a {@link GiveUpException} when there is no result to hand over.
     * @throws RuntimeException as the client throws it for an invalid request
     */
    public static <R, T> CompletableFuture<T> run(
            Execution execution, FutureExchange<R, T> exchange, Executor executor) {
        FutureDriver<R, T> driver = new FutureDriver<>(execution, exchange, executor);
        driver.start();
        return driver.root;
    }

    /**
     * Returns a small pool of daemon threads, for clients that name no executor of their own.
     *
     * @return the shared pool
     */
    public static Executor defaultExecutor() {
        return HandOff.POOL;
    }

    private FutureDriver(Execution execution, FutureExchange<R, T> exchange, Executor executor) {
        this.execution = execution;
        this.exchange = exchange;
        this.executor = executor;
    }

    private void start() {
        entered.set(1);
        loop();
        starting = false;
        whenEnded(root, (value, thrown) -> enter());
        leave();
    }

    private void enter() {
        if (entered.getAndIncrement() == 0) {
            leave();
        }
    }

    /** Runs the loop until nobody has left a note meanwhile. */
    private void leave() {
        int seen;
        do {
            seen = entered.get();
            loop();
        } while (!entered.compareAndSet(seen, 0));
    }

    private void loop() {
        try {
            while (!failed && !root.isDone()) {
                if (!underWay) {
                    carryOut(execution.next());
                } else if (!arrived()) {
                    return;
                }
            }
            letGo();
        } catch (RuntimeException | Error e) {
            if (!starting) {
                fail(e);
            }
            letGo();
            if (starting) {
                throw e;
            }
        }
    }

    private boolean arrived() {
        Arrival<R> came = arrival;
        if (came == null) {
            return false;
        }
        arrival = null;
        stop();
        underWay = false;
        if (came.response() != null) {
            response = came.response();
            execution.record(exchange.signalOf(response, execution));
        } else if (came.failure() != null && came.endsTheCall()) {
            // The permit is back before the caller hears of the end.
            execution.cancel();
            fail(traced(came.failure()));
        } else if (came.failure() != null) {
            failure = came.failure();
            execution.record(exchange.signalOf(failure));
        }
        return true;
    }

    private void carryOut(Step step) {
        underWay = true;
        if (step instanceof Step.Return || step instanceof Step.GiveUp) {
            end(step);
            return;
        }
        release();
        if (step instanceof Step.Send send) {
            send(send.attempt());
        } else {
            await(step);
        }
    }

    private void send(int attempt) {
        failure = null;
        CompletableFuture<R> sent = exchange.sendAsync(attempt);
        // A finished exchange may have lent its connection on: cancelling it could hit a stranger (trap 45).
        stop = () -> {
            if (!sent.isDone()) {
                sent.cancel(true);
            }
        };
        whenEnded(
                sent,
                (value, thrown) -> arrive(new Arrival<>(value, thrown == null ? null : unwrapped(thrown), false)));
    }

    private void await(Step step) {
        waited = true;
        Wait wait = new Wait();
        stop = wait;
        if (step instanceof Step.Await await) {
            wait.begin(await.maxNanos());
            whenEnded(await.stage(), wait);
        } else {
            wait.begin(((Step.Wait) step).nanos());
        }
    }

    /** One wait: over when its time is, when its permit is decided, or when the exchange ends the call. */
    @SuppressWarnings("serial") // never serialized; many may wait, and each object counts
    private final class Wait extends AtomicBoolean
            implements Runnable, BiConsumer<@Nullable Object, @Nullable Throwable>, Consumer<IOException> {

        private TimeSource.@Nullable Timer timer;
        private BlockingExchange.@Nullable Registration registration;

        void begin(long nanos) {
            timer = execution.time().schedule(nanos, () -> goOn(null));
            registration = exchange.waits(this);
        }

        @Override
        public void accept(@Nullable Object value, @Nullable Throwable thrown) {
            cancelTimer();
            goOn(null);
        }

        @Override
        public void accept(IOException end) {
            cancelTimer();
            goOn(end);
        }

        /** At once, not when the executor comes to it: a moment that is only the latest must not come first. */
        private void cancelTimer() {
            if (timer != null) {
                timer.cancel();
            }
        }

        private void goOn(@Nullable IOException end) {
            if (compareAndSet(false, true)) {
                HandOff.run(executor, () -> arrive(new Arrival<R>(null, end, end != null)));
            }
        }

        /** Lets go of whatever has not brought the end, and hears nothing of it any more: a permit that goes back, say. */
        @Override
        public void run() {
            set(true);
            cancelTimer();
            if (registration != null) {
                registration.close();
            }
        }
    }

    private void arrive(Arrival<R> came) {
        arrival = came;
        enter();
    }

    private void end(Step step) {
        if (step instanceof Step.GiveUp gaveUp && gaveUp.thrown()) {
            release();
        }
        if (response != null) {
            R last = response;
            response = null;
            CompletableFuture<T> delivery = exchange.deliver(last);
            stop = () -> {
                if (!delivery.isDone()) {
                    delivery.cancel(true);
                }
            };
            if (waited || !delivery.isDone()) {
                whenEnded(
                        delivery, (value, thrown) -> HandOff.run(exchange.completer(), () -> complete(value, thrown)));
            } else {
                whenEnded(delivery, this::complete);
            }
        } else if (failure != null) {
            fail(traced(failure));
        } else if (step instanceof Step.GiveUp) {
            fail(new GiveUpException(execution.trace()));
        } else {
            throw new IllegalStateException("A call can not end without a result");
        }
    }

    private void complete(@Nullable T value, @Nullable Throwable thrown) {
        if (thrown == null) {
            if (!root.complete(value) && value != null) {
                exchange.release(value);
            }
        } else {
            completeExceptionally(traced(unwrapped(thrown)));
        }
    }

    private Throwable traced(Throwable thrown) {
        return thrown instanceof IOException ? Traced.with(thrown, execution.trace()) : thrown;
    }

    private void fail(Throwable thrown) {
        failed = true;
        if (waited) {
            HandOff.run(exchange.completer(), () -> completeExceptionally(thrown));
        } else {
            completeExceptionally(thrown);
        }
    }

    /** Wrapped, as the JDK client does it: what hangs on the future looks for the cause. */
    private void completeExceptionally(Throwable thrown) {
        root.completeExceptionally(new CompletionException(thrown));
    }

    /** After the end, whoever brought it about; also for what arrives late. */
    private void letGo() {
        stop();
        execution.cancel();
        release();
        Arrival<R> late = arrival;
        if (late != null && late.response() != null) {
            arrival = null;
            exchange.discard(late.response());
        }
    }

    private void stop() {
        Runnable current = stop;
        stop = null;
        if (current != null) {
            current.run();
        }
    }

    private void release() {
        R released = response;
        response = null;
        if (released != null) {
            exchange.discard(released);
        }
    }

    private static <V> void whenEnded(
            CompletionStage<V> stage, BiConsumer<? super @Nullable V, ? super @Nullable Throwable> then) {
        stage.whenComplete(then);
    }

    private static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof CompletionException && cause != null ? cause : thrown;
    }
}
