package dev.headway.jdk;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A response body that nobody reads until it is decided who: for the client it is a body already, so that the response comes as
 * soon as its header fields have. Then it goes either to the caller's subscriber, byte for byte as it arrives, or to a {@link
 * Drain}. What the client signals before that is kept; what the taker asks while it is being introduced is passed on after,
 * so that it never hears two signals at once.
 */
final class HeldBody implements BodySubscriber<Object>, Flow.Subscription {

    private static final Flow.Subscription NO_BODY = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    private final ResponseInfo info;

    // Guarded by this; nobody is called under it.
    private Flow.@Nullable Subscription source;
    private Flow.@Nullable Subscriber<? super List<ByteBuffer>> taker;
    private boolean introduced;
    private long asked;
    private boolean cancelled;
    private boolean over;
    private @Nullable Throwable failure;

    HeldBody(ResponseInfo info) {
        this.info = info;
    }

    ResponseInfo info() {
        return info;
    }

    @Override
    public CompletionStage<Object> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    /** Gives the body away; once. */
    void passTo(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        boolean begun;
        synchronized (this) {
            taker = subscriber;
            begun = source != null;
        }
        if (begun) {
            introduce(subscriber);
        }
    }

    private void introduce(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        subscriber.onSubscribe(this);
        Flow.Subscription from;
        long wanted;
        boolean dropped;
        boolean ended;
        synchronized (this) {
            introduced = true;
            from = source != null ? source : NO_BODY;
            wanted = asked;
            dropped = cancelled;
            ended = over;
        }
        if (dropped) {
            from.cancel();
        } else if (ended) {
            end(subscriber);
        } else if (wanted > 0) {
            from.request(wanted);
        }
    }

    private void end(Flow.Subscriber<?> subscriber) {
        Throwable thrown;
        synchronized (this) {
            thrown = failure;
        }
        if (thrown != null) {
            subscriber.onError(thrown);
        } else {
            subscriber.onComplete();
        }
    }

    // ---- from the client

    /** A response that can have no body comes with no subscription in some versions. */
    @Override
    public void onSubscribe(Flow.@Nullable Subscription subscription) {
        Flow.Subscriber<? super List<ByteBuffer>> waiting;
        synchronized (this) {
            source = subscription != null ? subscription : NO_BODY;
            waiting = taker;
        }
        if (waiting != null) {
            introduce(waiting);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        Flow.Subscriber<? super List<ByteBuffer>> reader;
        synchronized (this) {
            reader = taker;
        }
        if (reader != null) {
            reader.onNext(item);
        }
    }

    @Override
    public void onError(Throwable throwable) {
        ended(throwable);
    }

    @Override
    public void onComplete() {
        ended(null);
    }

    private void ended(@Nullable Throwable thrown) {
        Flow.Subscriber<? super List<ByteBuffer>> reader;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            failure = thrown;
            reader = introduced ? taker : null;
        }
        if (reader != null) {
            end(reader);
        }
    }

    // ---- from the taker

    @Override
    public void request(long n) {
        Flow.Subscription from;
        synchronized (this) {
            if (!introduced && n > 0) {
                asked = asked > Long.MAX_VALUE - n ? Long.MAX_VALUE : asked + n;
                return;
            }
            from = source;
        }
        if (from != null) {
            from.request(n);
        }
    }

    @Override
    public void cancel() {
        Flow.Subscription from;
        synchronized (this) {
            cancelled = true;
            from = introduced ? source : null;
        }
        if (from != null) {
            from.cancel();
        }
    }
}
