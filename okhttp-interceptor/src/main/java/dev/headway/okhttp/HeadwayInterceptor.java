package dev.headway.okhttp;

import dev.headway.CallTrace;
import dev.headway.GiveUpException;
import dev.headway.Headway;
import dev.headway.spi.Execution;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Paces and, where it is safe, repeats the calls of an {@code OkHttpClient}, by the rules of a {@link Headway}.
 *
 * <pre>{@code
 * OkHttpClient client = new OkHttpClient.Builder()
 *     .addInterceptor(HeadwayInterceptor.of(headway))
 *     .build();
 * }</pre>
 *
 * <p>Add it as the first application interceptor: those after it run once for each attempt, and the {@code callTimeout} is then
 * counted exactly. A call brings a policy of its own as a request tag, {@code tag(RetryPolicy.class, policy)},
 * or more than that, {@code tag(CallOptions.class, options)}. The caller gets
 * the last response untouched, or the client's own exception, in which {@link dev.headway.CallTraceException} is suppressed;
 * {@link GiveUpException} only where there is neither. Thread-safe; may serve several clients.
 *
 * <p>A wait ends at once when its call is cancelled, its {@code callTimeout} is over, or its thread is interrupted, and
 * nothing is sent after; below OkHttp 5.4 it takes up to 20 ms to hear of the first two. A waiting call keeps its thread,
 * and the dispatcher's slot if it was enqueued.
 *
 * <p>OkHttp itself sends some requests again, which counts here as one attempt: it follows redirects, answers 401, repeats a 408
 * or a 503 with {@code Retry-After: 0} once, and any method after a broken connection. The last is switched off for
 * requests that must not be sent twice, but only from OkHttp 5.4; below, use {@code retryOnConnectionFailure(false)}. Below 5.4
 * a redirect whose target can not be reached also looks as if nothing had been sent; use {@code followRedirects(false)}
 * where a {@code POST} may be answered so.
 *
 * <p>Where the {@link dev.headway.HintParser} looks at a body, its first 64 KiB are buffered on the calling thread, for one second if
 * they come slowly, and the caller still gets every byte. A body that stands still can not be left without losing it: one of a
 * refusal that most likely is followed by another attempt is given up after two seconds, one of any other error after ten, or the
 * client's read timeout if that is shorter; then the caller, if he gets it, reads what had come and the client's own exception
 * after it. Of a response that is no error only the client's timeouts end the wait. Never looked at: a web socket, a stream of
 * events.
 */
public final class HeadwayInterceptor implements Interceptor {

    private static final Logger LOG = LoggerFactory.getLogger(HeadwayInterceptor.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    /**
     * How many calls the thread carries out. A number and not the call itself: to store a reference in an object that is old
     * costs the garbage collector's barrier, and would keep a class loader alive in a thread of somebody else.
     */
    private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

    private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final Headway headway;
    private final OriginScopes scopes = new OriginScopes();

    /**
     * Returns an interceptor for {@code OkHttpClient.Builder.addInterceptor}.
     *
     * @param headway the rules and the shared state
     * @return a new interceptor
     */
    public static HeadwayInterceptor of(Headway headway) {
        return new HeadwayInterceptor(headway);
    }

    private HeadwayInterceptor(Headway headway) {
        this.headway = Objects.requireNonNull(headway, "headway");
    }

    /**
     * Returns what happened in the call that ended with this response.
     *
     * @param response as the client returned it; need not be open
     * @return the trace; one attempt, timed by the client to the millisecond, if nothing else happened
     */
    public static CallTrace trace(Response response) {
        CallTrace kept = RequestTags.trace(response.request());
        return kept != null ? kept : new CallTrace(List.of(onlyAttempt(response)), List.of(), null);
    }

    private static CallTrace.Attempt onlyAttempt(Response response) {
        long millis = response.receivedResponseAtMillis() - response.sentRequestAtMillis();
        return new CallTrace.Attempt(
                1, Duration.ZERO, Duration.ofMillis(Math.max(0, millis)), OptionalInt.of(response.code()), null);
    }

    /**
     * Carries a call to its end; for OkHttp.
     *
     * @throws GiveUpException if the call gave up and there is no response to hand over
     * @throws InterruptedIOException if the thread was interrupted in a wait; its flag is still set
     * @throws IOException as the client, or that this is installed as a network interceptor
     */
    @Override
    public Response intercept(Chain chain) throws IOException {
        if (chain.connection() != null) {
            throw new IOException("HeadwayInterceptor can not wait or send again as a network interceptor:"
                    + " add it with addInterceptor(), not with addNetworkInterceptor().");
        }
        int[] depth = DEPTH.get();
        if (depth[0] > 0 && insideAnother()) {
            return passThrough(chain);
        }
        depth[0]++;
        try {
            return run(chain);
        } finally {
            depth[0]--;
        }
    }

    /** Whether this call has come through an interceptor of ours before: between that one and this no other call begins. */
    private static boolean insideAnother() {
        return STACK.walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                .dropWhile(HeadwayInterceptor.class::equals)
                .filter(type -> type.equals(HeadwayInterceptor.class) || Call.class.isAssignableFrom(type))
                .findFirst()
                .filter(HeadwayInterceptor.class::equals)
                .isPresent());
    }

    private static Response passThrough(Chain chain) throws IOException {
        if (WARNED.compareAndSet(false, true)) {
            LOG.warn("A call passes two HeadwayInterceptors; the inner one does nothing. Install one for each client.");
        }
        return chain.proceed(chain.request());
    }

    private Response run(Chain chain) throws IOException {
        ChainExchange exchange = new ChainExchange(chain, scopes);
        Execution execution = headway.begin(exchange);
        if (execution.sendOnce()) {
            exchange.sendOnce();
        }
        return Carrying.traced(Carrying.out(execution, exchange), execution);
    }
}
