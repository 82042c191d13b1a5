package dev.headway.jdk;

import dev.headway.Signal;
import dev.headway.spi.TimeSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads what nobody wants, so that the connection can serve again; but not for long, and not much: rather a new connection
 * than an endless body.
 */
final class Drain implements Flow.Subscriber<List<ByteBuffer>> {

    /** Also how long the beginning of a body is waited for. */
    static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** As much as is looked at. */
    private static final long MAX_BYTES = Signal.Response.MAX_BODY_START;

    private final TimeSource time;
    private long bytes;
    private Flow.@Nullable Subscription source;
    private TimeSource.@Nullable Timer timer;

    Drain(TimeSource time) {
        this.time = time;
    }

    /** In real time, also where a test moves the time of a Headway by hand: the body comes from outside. */
    static Drain create() {
        return new Drain(TimeSource.system());
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        source = subscription;
        timer = time.schedule(MAX_NANOS, subscription::cancel);
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> items) {
        for (ByteBuffer item : items) {
            bytes += item.remaining();
        }
        if (source == null) {
            return;
        }
        if (bytes > MAX_BYTES) {
            source.cancel();
            over();
        } else {
            source.request(1);
        }
    }

    @Override
    public void onError(Throwable throwable) {
        over();
    }

    @Override
    public void onComplete() {
        over();
    }

    private void over() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
