package dev.headway.okhttp;

import dev.headway.spi.Execution;
import dev.headway.spi.FutureDriver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<KClass<?>, Object> tags = new ConcurrentHashMap<>(0);
    private volatile @Nullable CompletableFuture<Response> future;

    HeadwayCall(HeadwayCallFactory factory, Request request, OriginScopes scopes) {
        this.factory = factory;
        this.request = request;
        this.timeout = new CallTimeout(factory.client().callTimeoutMillis());
        this.exchange = new CallExchange(this, factory.client(), timeout, scopes);
    }

    @Override
    public Request request() {
        return request;
    }

    @Override
    public Response execute() throws IOException {
        Execution execution = begin();
        try {
            if (exchange.cancelled()) {
                throw exchange.cancellation();
            }
            return Carrying.traced(Carrying.out(execution, exchange), execution);
        } finally {
            factory.ended(this);
        }
    }

    @Override
    public void enqueue(Callback callback) {
        Execution execution = begin();
        CompletableFuture<Response> running = exchange.cancelled()
                ? CompletableFuture.failedFuture(exchange.cancellation())
                : FutureDriver.run(execution, exchange, FutureDriver.defaultExecutor());
        future = running;
        CompletionStage<Response> end = running;
        end.whenComplete((response, thrown) -> {
            factory.ended(this);
            callBack(() -> tell(callback, execution, response, thrown));
        });
        // A cancel that came before the future was known has not reached it.
        if (exchange.cancelled()) {
            running.cancel(true);
        }
    }

    private Execution begin() {
        if (!executed.compareAndSet(false, true)) {
            throw new IllegalStateException("Already Executed");
        }
        Execution execution = factory.headway().begin(exchange);
        if (execution.sendOnce()) {
            exchange.sendOnce(factory.clientWithoutResends());
        }
        timeout.begin();
        factory.began(this);
        return execution;
    }

    /** On a thread that the client made for callbacks: never that of whoever enqueues or cancels. */
    private void callBack(Runnable task) {
        Executor executor = factory.client().dispatcher().executorService();
        if (exchange.onClientsThread()) {
            task.run();
            return;
        }
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
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
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    private IOException failure(@Nullable Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof IOException failure) {
            return failure;
        }
        IOException failure = exchange.cancellation();
        if (cause != null && !(cause instanceof CancellationException)) {
            failure.addSuppressed(cause);
        }
        return failure;
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

    void preparing(Call attempt) {
        if (OkHttpFeatures.SINCE_5_4) {
            listeners.forEach(listener -> OkHttp54.addEventListener(attempt, listener));
            tags.forEach((type, tag) -> OkHttp54.tag(attempt, type, tag));
        }
    }

    @Override
    public void addEventListener(EventListener eventListener) {
        listeners.add(eventListener);
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
