package dev.headway.jdk;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request body that is counted: how often the client has asked for it, and whether it is as long as before when it asks
 * again. A publisher over a stream that is used up would otherwise give an empty body, without any failure.
 */
final class GuardedBody implements BodyPublisher {

    private static final String PUBLISHERS = "jdk.internal.net.http.RequestPublishers$";
    private static final long UNKNOWN = -1;

    private final BodyPublisher body;
    private final AtomicInteger subscriptions = new AtomicInteger();

    /** The whole length, once a subscriber has had all of it. */
    private final AtomicLong length = new AtomicLong(UNKNOWN);

    GuardedBody(BodyPublisher body) {
        this.body = body;
    }

    /** Whether a publisher gives the same bytes each time. There is no way to ask: it is the JDK's own, or the caller says so. */
    static boolean replayable(BodyPublisher body) {
        if (body instanceof GuardedBody guarded) {
            return guarded.replayable();
        }
        if (body instanceof ReplayableBody || body.contentLength() == 0) {
            return true;
        }
        return switch (body.getClass().getName()) {
            case PUBLISHERS + "StringPublisher",
                    PUBLISHERS + "ByteArrayPublisher",
                    PUBLISHERS + "EmptyPublisher",
                    PUBLISHERS + "FilePublisher" -> true;
            default -> false;
        };
    }

    boolean replayable() {
        return replayable(body);
    }

    /** How often the client has begun to send the body. */
    int subscriptions() {
        return subscriptions.get();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriptions.incrementAndGet();
        body.subscribe(new Counter(subscriber));
    }

    private final class Counter implements Flow.Subscriber<ByteBuffer> {

        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private long bytes;

        Counter(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer item) {
            bytes += item.remaining();
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable throwable) {
            subscriber.onError(throwable);
        }

        @Override
        public void onComplete() {
            long before = length.get();
            if (before == UNKNOWN || before == bytes) {
                length.set(bytes);
                subscriber.onComplete();
            } else {
                subscriber.onError(new IOException("The request body can not be sent again: it had " + before
                        + " bytes the first time and has " + bytes + " now."));
            }
        }
    }
}
