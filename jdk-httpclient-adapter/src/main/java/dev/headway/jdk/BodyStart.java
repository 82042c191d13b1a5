package dev.headway.jdk;

import dev.headway.Signal;
import dev.headway.spi.TimeSource;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a body, read before it is judged: for the client the body is there once {@link
 * Signal.Response#MAX_BODY_START} bytes are, or its end, or once it has been waited for as long as a {@link Drain} would. Then it
 * is a {@link HeldBody}, whose source this is: what has been read comes first, and the rest as it is asked for. Whoever comes with
 * something to pass on does so, one at a time, so that the reader never hears two signals at once.
 */
final class BodyStart implements BodySubscriber<Object>, Flow.Subscription {

    /** How long a client may take to hang on to the body, if it does so in another way than the JDK's. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final HeldBody held;
    private final TimeSource time;
    private final Read read = new Read();

    // Guarded by this; nobody is called under it.
    private final ArrayDeque<List<ByteBuffer>> items = new ArrayDeque<>();
    private Flow.@Nullable Subscription source;
    private boolean begun;
    private boolean reading = true;
    private int bytes;
    /** How many items were asked of the client and have not come. */
    private long asked;
    /** How many the reader has asked for and not got. */
    private long wanted;

    private boolean passing;
    private boolean cancelled;
    private boolean ended;
    private boolean told;
    private @Nullable Throwable failure;

    /**
     * Begins to wait.
     *
     * @param held what becomes of it
     * @param time of the wait; the real one, since the body comes from outside
     * @param atMost how long to wait, in nanoseconds
     */
    BodyStart(HeldBody held, TimeSource time, long atMost) {
        this.held = held;
        this.time = time;
        untilRead(atMost, this::isRead);
    }

    private void untilRead(long nanos, Runnable task) {
        TimeSource.Timer timer = time.schedule(nanos, () -> SharedClient.run(SharedClient.COMPLETER, task));
        CompletionStage<Object> stage = read;
        stage.thenRun(timer::cancel);
    }

    /**
     * Begins to read once the client hears of the end: it takes a body that breaks for a failure of its own, and the response is
     * lost, unless it has the body by then.
     */
    private final class Read extends CompletableFuture<Object> {

        @Override
        public CompletableFuture<Object> whenComplete(BiConsumer<? super Object, ? super Throwable> action) {
            CompletableFuture<Object> then = super.whenComplete(action);
            begin();
            return then;
        }
    }

    private void begin() {
        Flow.Subscription from;
        synchronized (this) {
            if (begun) {
                return;
            }
            begun = true;
            from = reading ? source : null;
            asked = from != null ? 1 : 0;
        }
        if (from != null) {
            from.request(1);
        }
    }

    /** A copy of what has been read; before anybody else reads. */
    synchronized ByteBuffer copy() {
        ByteBuffer copy = ByteBuffer.allocate(Math.min(bytes, Signal.Response.MAX_BODY_START));
        for (List<ByteBuffer> item : items) {
            for (ByteBuffer part : item) {
                copy.put(part.slice(part.position(), Math.min(part.remaining(), copy.remaining())));
            }
        }
        return copy.flip();
    }

    @Override
    public CompletionStage<Object> getBody() {
        untilRead(GRACE_NANOS, this::begin);
        return read;
    }

    /** What has come is all that is looked at. */
    private void isRead() {
        synchronized (this) {
            if (!reading) {
                return;
            }
            reading = false;
        }
        held.onSubscribe(this);
        passOn();
        read.complete(held);
    }

    // ---- from the client

    /** A response that can have no body comes with no subscription in some versions. */
    @Override
    public void onSubscribe(Flow.@Nullable Subscription subscription) {
        boolean begins;
        boolean dropped;
        synchronized (this) {
            source = subscription;
            begins = begun && reading;
            asked = begins ? 1 : 0;
            dropped = cancelled;
        }
        if (subscription != null && dropped) {
            subscription.cancel();
        } else if (subscription != null && begins) {
            subscription.request(1);
        }
        passOn();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        Flow.Subscription from = null;
        boolean enough = false;
        synchronized (this) {
            if (asked < Long.MAX_VALUE) {
                asked--;
            }
            if (cancelled) {
                return;
            }
            items.add(item);
            if (reading) {
                for (ByteBuffer part : item) {
                    bytes += part.remaining();
                }
                enough = bytes >= Signal.Response.MAX_BODY_START;
                if (!enough) {
                    asked = 1;
                    from = source;
                }
            }
        }
        if (from != null) {
            from.request(1);
        } else if (enough) {
            isRead();
        } else {
            passOn();
        }
    }

    @Override
    public void onError(Throwable throwable) {
        ends(throwable);
    }

    @Override
    public void onComplete() {
        ends(null);
    }

    private void ends(@Nullable Throwable thrown) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            failure = thrown;
        }
        isRead();
        passOn();
    }

    // ---- from the held body

    @Override
    public void request(long n) {
        Flow.Subscription refuses = null;
        synchronized (this) {
            if (n > 0) {
                wanted = wanted > Long.MAX_VALUE - n ? Long.MAX_VALUE : wanted + n;
            } else {
                refuses = source;
            }
        }
        if (refuses != null) {
            refuses.request(n);
        }
        passOn();
    }

    /** Nothing once the body has ended: the client may have lent its connection on. */
    @Override
    public void cancel() {
        Flow.Subscription from;
        synchronized (this) {
            cancelled = true;
            items.clear();
            from = ended ? null : source;
        }
        if (from != null) {
            from.cancel();
        }
    }

    // ---- between the two

    private void passOn() {
        boolean more = true;
        while (more) {
            more = passedOne();
        }
    }

    /** Does the next thing to be done, unless somebody else is at it, who then comes back for the one after it. */
    private boolean passedOne() {
        List<ByteBuffer> item;
        Flow.Subscription from = null;
        long more = 0;
        synchronized (this) {
            if (reading || passing || cancelled || told) {
                return false;
            }
            item = wanted > 0 ? items.poll() : null;
            if (item != null) {
                wanted -= wanted < Long.MAX_VALUE ? 1 : 0;
            } else if (items.isEmpty() && ended) {
                told = true;
            } else if (items.isEmpty() && source != null && wanted > asked) {
                from = source;
                more = wanted - asked;
                asked = wanted;
            } else {
                return false;
            }
            passing = true;
        }
        try {
            if (item != null) {
                held.onNext(item);
            } else if (from != null) {
                from.request(more);
            } else if (failure != null) {
                held.onError(failure);
            } else {
                held.onComplete();
            }
        } catch (RuntimeException | Error e) {
            held.drop(e);
            throw e;
        } finally {
            synchronized (this) {
                passing = false;
            }
        }
        return true;
    }
}
