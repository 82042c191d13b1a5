package dev.headway.jdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Takes of a body what the test asks for, reads the buffers empty, and writes down what it hears. */
final class Puller implements Flow.Subscriber<ByteBuffer> {

    // Guarded by this.
    private final StringBuilder heard = new StringBuilder();
    private volatile Flow.@Nullable Subscription subscription;

    void request(long n) {
        requireNonNull(subscription).request(n);
    }

    void cancel() {
        requireNonNull(subscription).cancel();
    }

    /** The bytes, and the end if there was one. */
    synchronized String heard() {
        return heard.toString();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
    }

    @Override
    public synchronized void onNext(ByteBuffer item) {
        heard.append(ISO_8859_1.decode(item));
    }

    @Override
    public synchronized void onError(Throwable throwable) {
        heard.append(" error ").append(requireNonNull(throwable).getMessage());
    }

    @Override
    public synchronized void onComplete() {
        heard.append(" complete");
    }
}
