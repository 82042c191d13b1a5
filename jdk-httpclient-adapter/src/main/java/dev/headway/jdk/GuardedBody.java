package dev.headway.jdk;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A request body that is never sent short. A publisher over a stream that is used up would give an empty body the second time,
 * without any failure. So one that nobody knows to repeat is asked once, and what it gave is kept for the next time, within {@link
 * KeptBytes#MAX}. Where nothing could be kept, the second time must be as long as the first.
 */
final class GuardedBody implements BodyPublisher {

    private static final String PUBLISHERS = "jdk.internal.net.http.RequestPublishers$";
    private static final String AGAIN = "The request body can not be sent again: ";
    private static final long UNKNOWN = -1;

    private static final Flow.Subscription NOTHING = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    private final BodyPublisher body;
    private final boolean repeats;

    /** As it was before anybody has read of the body. */
    private final long declared;

    private final AtomicInteger subscriptions = new AtomicInteger();

    /** The whole length, once a subscriber has had all of it. */
    private final AtomicLong length = new AtomicLong(UNKNOWN);

    private @Nullable KeptBytes kept;

    GuardedBody(BodyPublisher body) {
        this.body = body;
        this.repeats = repeats(body);
        this.declared = body.contentLength();
    }

    /** Whether a publisher gives the same bytes each time. There is no way to ask: it is the JDK's own, or the caller says so. */
    static boolean repeats(BodyPublisher body) {
        if (body instanceof GuardedBody guarded) {
            return guarded.repeats;
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

    /** Keeps a copy where one is needed; before anybody subscribes. */
    void keep() {
        if (!repeats) {
            kept = KeptBytes.of(declared);
        }
    }

    /**
     * Whether it can be sent again with the same bytes. While it is being sent this is whether it may turn out so; what is false
     * once stays false.
     */
    boolean replayable() {
        return repeats || subscriptions.get() == 0 || (kept != null && kept.promising());
    }

    /** The attempt is over: what has not come by now is not waited for. */
    void attemptEnds() {
        if (kept != null && subscriptions.get() > 0) {
            kept.cut();
        }
    }

    /** Nothing is sent any more. The caller may keep the request, and this with it. */
    void letGo() {
        if (kept != null) {
            kept.drop();
        }
    }

    /** How often the client has begun to send the body. */
    int subscriptions() {
        return subscriptions.get();
    }

    @Override
    public long contentLength() {
        return repeats ? body.contentLength() : declared;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        boolean first = subscriptions.getAndIncrement() == 0;
        KeptBytes copy = kept;
        BodyPublisher again = first || copy == null ? null : copy.publisher();
        if (again != null) {
            again.subscribe(subscriber);
        } else if (first || repeats || declared >= 0 || length.get() != UNKNOWN) {
            // The client itself sees to it that a declared length is kept.
            body.subscribe(new Counter(subscriber, first ? copy : null));
        } else {
            subscriber.onSubscribe(NOTHING);
            subscriber.onError(new IOException(AGAIN + "it was not read to its end, and nobody knows what is left."));
        }
    }

    private final class Counter implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {

        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final @Nullable KeptBytes copy;
        private volatile Flow.Subscription source = NOTHING;
        private volatile boolean cancelled;
        private long bytes;

        Counter(Flow.Subscriber<? super ByteBuffer> subscriber, @Nullable KeptBytes copy) {
            this.subscriber = subscriber;
            this.copy = copy;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            subscriber.onSubscribe(this);
        }

        /** Copies before the client may read: it moves the positions of the buffers. */
        @Override
        public void onNext(ByteBuffer item) {
            bytes += item.remaining();
            if (copy != null) {
                copy.add(item);
            }
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable throwable) {
            if (copy != null) {
                copy.cut();
            }
            subscriber.onError(throwable);
        }

        @Override
        public void onComplete() {
            long before = length.get();
            if (cancelled) {
                // Some say so of a body that nobody reads any more; it was not all of it.
                subscriber.onComplete();
            } else if (before == UNKNOWN || before == bytes) {
                length.set(bytes);
                if (copy != null) {
                    copy.complete();
                }
                subscriber.onComplete();
            } else {
                subscriber.onError(new IOException(
                        AGAIN + "it had " + before + " bytes the first time and has " + bytes + " now."));
            }
        }

        @Override
        public void request(long n) {
            source.request(n);
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (copy != null) {
                copy.cut();
            }
            source.cancel();
        }
    }
}
