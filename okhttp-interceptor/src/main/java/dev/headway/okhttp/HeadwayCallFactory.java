package dev.headway.okhttp;

import dev.headway.Headway;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls of an {@code OkHttpClient} that are paced and, where it is safe, repeated by the rules of a {@link Headway}, and
 * that hold nothing while they wait: an enqueued one no thread and no place in the dispatcher, none a connection.
 *
 * <pre>{@code
 * Call.Factory calls = HeadwayCallFactory.of(client, headway);
 * Retrofit retrofit = new Retrofit.Builder().callFactory(calls)…
 * }</pre>
 *
 * <p>Each attempt is a call of the client's own, which its interceptors and event listeners see as such; what is set on the call
 * (timeout, and from OkHttp 5.4 on tags and listeners) is set on each of them. {@link Call#timeout()} and the client's
 * {@code callTimeout} count from {@code execute} or {@code enqueue} and bound attempts and waits together; a wait that can not
 * end in time is not begun. The rest is as with the {@link HeadwayInterceptor}, also {@link HeadwayInterceptor#trace}; one that
 * the client already has does nothing in these calls. Web sockets do not go through a call factory.
 *
 * <p>On every version OkHttp itself does not repeat the requests that must not be sent twice after a broken connection or a 408. It
 * still follows redirects, answers 401 and repeats a 503 with {@code Retry-After: 0} once; that counts here as one attempt.
 *
 * <p>A callback comes exactly once, on a thread of the client's dispatcher; so does that of a cancelled call, at once. Thread-safe.
 */
public final class HeadwayCallFactory implements Call.Factory {

    private final OkHttpClient client;
    private final OkHttpClient clientWithoutResends;
    private final @Nullable NextAddress nextAddress;
    private final Headway headway;
    private final OriginScopes scopes = new OriginScopes();
    private final Set<HeadwayCall> active = ConcurrentHashMap.newKeySet();

    /**
     * Returns a factory of calls.
     *
     * @param client sends them; keeps its connection pool and dispatcher
     * @param headway the rules and the shared state
     * @return a new factory
     */
    public static HeadwayCallFactory of(OkHttpClient client, Headway headway) {
        return new HeadwayCallFactory(client, headway);
    }

    private HeadwayCallFactory(OkHttpClient client, Headway headway) {
        this.headway = Objects.requireNonNull(headway, "headway");
        OkHttpClient.Builder alone = client.newBuilder();
        alone.interceptors().removeIf(HeadwayInterceptor.class::isInstance);
        this.client = alone.build();
        OkHttpClient.Builder once = this.client.newBuilder().retryOnConnectionFailure(false);
        if (!OkHttpFeatures.SINCE_5_4) {
            once.addNetworkInterceptor(new SendSpotter());
        }
        this.clientWithoutResends = once.build();
        this.nextAddress = OkHttpFeatures.SINCE_5 ? null : new NextAddress(clientWithoutResends);
    }

    @Override
    public Call newCall(Request request) {
        return new HeadwayCall(this, request, scopes);
    }

    /** Cancels all calls that wait or run. {@code Dispatcher.cancelAll()} does not know of those that wait. */
    public void cancelAll() {
        active.forEach(Call::cancel);
    }

    OkHttpClient client() {
        return client;
    }

    OkHttpClient clientWithoutResends(String host) {
        return nextAddress == null ? clientWithoutResends : nextAddress.client(host);
    }

    /** How far the addresses of that host are turned for such a client. */
    int turns(String host) {
        return nextAddress == null ? 0 : nextAddress.turns(host);
    }

    /** A request could not be sent to that host by such a client. */
    void couldNotSend(String host, int turned) {
        if (nextAddress != null) {
            nextAddress.failed(host, turned);
        }
    }

    Headway headway() {
        return headway;
    }

    /** How many calls wait or run. */
    int active() {
        return active.size();
    }

    void began(HeadwayCall call) {
        active.add(call);
    }

    void ended(HeadwayCall call) {
        active.remove(call);
    }
}
