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
    private boolean hearing;
    private boolean told;
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

    /** A copy of what has been read of it to judge it, if anything was. */
    ByteBuffer start() {
        Flow.Subscription from;
        synchronized (this) {
            from = source;
        }
        return from instanceof BodyStart read ? read.copy() : ByteBuffer.allocate(0);
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

    /** Ends it, whoever reads: the reader hears this failure, so that it can let go of what it holds. */
    void drop(Throwable reason) {
        Flow.Subscription from;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            failure = reason;
            cancelled = true;
            from = source;
        }
        if (from != null) {
            from.cancel();
        }
        tellTheEnd();
    }

    private void introduce(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        try {
            subscriber.onSubscribe(this);
        } catch (RuntimeException | Error e) {
            drop(e);
            throw e;
        } finally {
            introduced();
        }
    }

    private void introduced() {
        Flow.Subscription from;
        long wanted;
        boolean dropped;
        synchronized (this) {
            introduced = true;
            from = source != null ? source : NO_BODY;
            wanted = over ? 0 : asked;
            dropped = cancelled;
        }
        if (dropped) {
            from.cancel();
        } else if (wanted > 0) {
            from.request(wanted);
        }
        tellTheEnd();
    }

    private void tellTheEnd() {
        Flow.Subscriber<?> reader;
        Throwable thrown;
        synchronized (this) {
            if (!over || !introduced || hearing || told) {
                return;
            }
            told = true;
            reader = taker;
            thrown = failure;
        }
        if (reader == null) {
            return;
        }
        if (thrown != null) {
            reader.onError(thrown);
        } else {
            reader.onComplete();
        }
    }

    // ---- from the client

    /** A response that can have no body comes with no subscription in some versions. */
    @Override
    public void onSubscribe(Flow.@Nullable Subscription subscription) {
        Flow.Subscription from = subscription != null ? subscription : NO_BODY;
        Flow.Subscriber<? super List<ByteBuffer>> waiting;
        boolean dropped;
        synchronized (this) {
            source = from;
            waiting = taker;
            dropped = cancelled;
        }
        if (waiting != null) {
            introduce(waiting);
        } else if (dropped) {
            from.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        Flow.Subscriber<? super List<ByteBuffer>> reader;
        synchronized (this) {
            reader = over ? null : taker;
            hearing = reader != null;
        }
        if (reader == null) {
            return;
        }
        try {
            reader.onNext(item);
        } finally {
            synchronized (this) {
                hearing = false;
            }
            tellTheEnd();
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
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            failure = thrown;
        }
        tellTheEnd();
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

    /** Nothing once the body has ended: the client may have lent its connection on. */
    @Override
    public void cancel() {
        Flow.Subscription from;
        synchronized (this) {
            if (over) {
                return;
            }
            cancelled = true;
            from = introduced ? source : null;
        }
        if (from != null) {
            from.cancel();
        }
    }
}
