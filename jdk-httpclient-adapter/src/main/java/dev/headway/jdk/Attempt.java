package dev.headway.jdk;

import dev.headway.spi.TimeSource;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handler of one attempt's response, on threads of the client's; of none that comes after the attempt has failed. Asks the
 * caller's handler where the response is the caller's in any case, and holds the body back where that is not decided, or where
 * its beginning is looked at.
 */
final class Attempt<T> implements BodyHandler<Object>, JdkHeaders {

    private final JdkExchange<T> exchange;
    private final int bodiesBefore;
    private final @Nullable AttemptTime time;

    /** Those of the response, once it has come. */
    private @Nullable HttpHeaders headers;

    /** Known to whoever knows that the client's exchange is over. */
    private @Nullable BodySubscriber<T> asked;

    // Guarded by this; nobody is called under it.
    private @Nullable HeldBody held;
    private boolean handlerAsked;
    private boolean abandoned;

    Attempt(JdkExchange<T> exchange, @Nullable AttemptTime time) {
        this.exchange = exchange;
        this.bodiesBefore = exchange.bodies();
        this.time = time;
    }

    @Nullable AttemptTime time() {
        return time;
    }

    @Override
    @SuppressWarnings("unchecked") // nobody but the exchange looks at the body of the client's response
    public BodySubscriber<Object> apply(ResponseInfo info) {
        headers = info.headers();
        boolean reads = exchange.readsBody(info, this);
        boolean holds = reads || exchange.mayResend(info);
        boolean late;
        HeldBody undecided = null;
        synchronized (this) {
            late = abandoned;
            if (late || holds) {
                undecided = new HeldBody(info);
                held = undecided;
            } else {
                handlerAsked = true;
            }
        }
        if (undecided == null) {
            BodySubscriber<T> subscriber = exchange.asked(info);
            asked = subscriber;
            return (BodySubscriber<Object>)
                    (time == null ? subscriber : new TimedBody<>(info, subscriber, time, exchange.executor()));
        }
        if (late) {
            undecided.passTo(Drain.create());
            return undecided;
        }
        return reads ? start(undecided) : undecided;
    }

    private BodyStart start(HeldBody of) {
        return new BodyStart(of, TimeSource.system(), time == null ? Drain.MAX_NANOS : time.atMost(Drain.MAX_NANOS));
    }

    @Override
    public HttpHeaders headers() {
        return Objects.requireNonNull(headers);
    }

    synchronized @Nullable HeldBody held() {
        return held;
    }

    /** Lets nothing more of it reach the caller. Returns whether something has. */
    boolean abandon() {
        HeldBody unread;
        boolean begun;
        synchronized (this) {
            unread = abandoned ? null : held;
            begun = handlerAsked;
            abandoned = true;
        }
        if (unread != null) {
            unread.passTo(Drain.create());
        }
        return begun;
    }

    /**
     * As {@link #abandon()}, and closes the stream that the caller will never see: the client's {@code send} loses a response that
     * comes together with the interrupt. The JDK's stream is its own subscriber; of others nobody can tell.
     */
    void interrupted() {
        if (abandon() && asked instanceof InputStream stream) {
            JdkExchange.letGo(stream);
        }
    }

    /** How often the client has begun to send the request's body. */
    int bodies() {
        return exchange.bodies() - bodiesBefore;
    }

    /** Whether the client may have been sent on: a request whose body it never began to send was not answered. */
    boolean redirected(HttpClient.Redirect redirects) {
        return redirects != HttpClient.Redirect.NEVER && (exchange.mayBeAnsweredWithoutBody() || bodies() > 0);
    }
}
