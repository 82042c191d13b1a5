package dev.headway.okhttp;

import dev.headway.spi.Execution;
import dev.headway.spi.FutureDriver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call for its caller, several for the client. */
final class HeadwayCall implements Call {

    private static final Logger LOG = LoggerFactory.getLogger(HeadwayCallFactory.class);

    private final HeadwayCallFactory factory;
    private final Request request;
    private final CallTimeout timeout;
    private final CallExchange exchange;
    private final AtomicBoolean executed = new AtomicBoolean();

    /** Also the lock that keeps a listener from being added between two attempts and to neither. */
    private final List<EventListener> listeners = new ArrayList<>(0);

    private @Nullable Call attempt;
    private final Map<KClass<?>, Object> tags = new ConcurrentHashMap<>(0);
    private volatile @Nullable CompletableFuture<Response> future;

    HeadwayCall(HeadwayCallFactory factory, Request request, OriginScopes scopes) {
        this.factory = factory;
        this.request = request;
        this.timeout = new CallTimeout(factory.client().callTimeoutMillis());
        this.exchange = new CallExchange(this, factory, timeout, scopes);
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Response execute() throws IOException {
        Execution execution = begin();
        try {
            if (exchange.cancelAsked()) {
                throw exchange.cancellation();
            }
            return Carrying.traced(Carrying.out(execution, exchange), execution);
        } catch (IOException e) {
            throw timely(e);
        } finally {
            ended();
        }
    }

    @Override
    public void enqueue(Callback callback) {
        Objects.requireNonNull(callback, "callback");
        Execution execution = begin();
        CompletableFuture<Response> running = start(execution);
        future = running;
        CompletionStage<Response> end = running;
        end.whenComplete((response, thrown) -> {
            ended();
            callBack(() -> tell(callback, execution, response, thrown));
        });
        // A cancel that came before the future was known has not reached it.
        if (exchange.cancelAsked()) {
            running.cancel(true);
        }
    }

    private Execution begin() {
        if (!executed.compareAndSet(false, true)) {
            throw new IllegalStateException("Already Executed");
        }
        factory.began(this);
        try {
            // Before the deadline of the execution is fixed, which thus is never the sooner of the two.
            timeout.begin(this::cancel);
            Execution execution = factory.headway().begin(exchange);
            if (execution.sendOnce()) {
                exchange.sendOnce();
            }
            return execution;
        } catch (RuntimeException | Error e) {
            ended();
            throw e;
        }
    }

    /** Whatever goes wrong is told to the callback: who enqueues does not expect it here. */
    private CompletableFuture<Response> start(Execution execution) {
        if (exchange.cancelAsked()) {
            return CompletableFuture.failedFuture(exchange.cancellation());
        }
        try {
            return FutureDriver.run(execution, exchange, FutureDriver.defaultExecutor());
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void ended() {
        timeout.ends();
        factory.ended(this);
    }

    /**
     * On a thread that the client made for callbacks, or, once it makes no more, on one of ours: never on that of whoever
     * enqueues or cancels, which may be the only one that watches timeouts.
     */
    private void callBack(Runnable task) {
        Executor executor = factory.client().dispatcher().executorService();
        if (exchange.onClientsThread()) {
            task.run();
            return;
        }
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            FutureDriver.defaultExecutor().execute(task);
        }
    }

    private void tell(Callback callback, Execution execution, @Nullable Response response, @Nullable Throwable thrown) {
        try {
            if (response != null) {
                callback.onResponse(this, Carrying.traced(response, execution));
            } else {
                callback.onFailure(this, failure(thrown));
            }
        } catch (IOException e) {
            LOG.info("A callback failed for {}", request.url().redact(), e);
        } catch (RuntimeException | Error e) {
            // As the client: what the callback has left open is closed, and who looks after the thread hears of it.
            cancel();
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private IOException failure(@Nullable Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof IOException failure) {
            return timely(failure);
        }
        if (cause == null || cause instanceof CancellationException) {
            return timely(exchange.cancellation());
        }
        // As the client when an interceptor throws.
        IOException failure = new IOException("canceled due to " + cause);
        failure.addSuppressed(cause);
        return failure;
    }

    /** As the client: what fails when the time is over fails because of that. */
    private IOException timely(IOException failure) {
        if (!timeout.over() || (failure instanceof InterruptedIOException && "timeout".equals(failure.getMessage()))) {
            return failure;
        }
        InterruptedIOException timedOut = new InterruptedIOException("timeout");
        timedOut.initCause(failure);
        return timedOut;
    }

    @Override
    public void cancel() {
        exchange.cancel();
        CompletableFuture<Response> running = future;
        if (running != null) {
            running.cancel(true);
        }
    }

    @Override
    public boolean isExecuted() {
        return executed.get();
    }

    @Override
    public boolean isCanceled() {
        return exchange.cancelled();
    }

    @Override
    public Timeout timeout() {
        return timeout;
    }

    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod") // as the client's own
    public Call clone() {
        return factory.newCall(request);
    }

    // ---- what every attempt gets as well

    void attemptBegins(Call begun) {
        if (OkHttpFeatures.SINCE_5_3) {
            tags.forEach((type, tag) -> OkHttp53.tag(begun, type, tag));
        }
        if (OkHttpFeatures.SINCE_5_4) {
            synchronized (listeners) {
                attempt = begun;
                listeners.forEach(listener -> OkHttp54.addEventListener(begun, listener));
            }
        }
    }

    @Override
    public void addEventListener(EventListener eventListener) {
        synchronized (listeners) {
            listeners.add(eventListener);
            if (attempt != null) {
                OkHttp54.addEventListener(attempt, eventListener);
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T tag(KClass<T> type) {
        Object own = tags.get(type);
        return own != null ? (T) own : request.tag(JvmClassMappingKt.getJavaClass(type));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T tag(Class<? extends T> type) {
        return tag(JvmClassMappingKt.getKotlinClass((Class<T>) type));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T tag(KClass<T> type, Function0<? extends T> computeIfAbsent) {
        T known = tag(type);
        return known != null ? known : (T) tags.computeIfAbsent(type, key -> computeIfAbsent.invoke());
    }

    @Override
    public <T> T tag(Class<T> type, Function0<? extends T> computeIfAbsent) {
        return tag(JvmClassMappingKt.getKotlinClass(type), computeIfAbsent);
    }
}
