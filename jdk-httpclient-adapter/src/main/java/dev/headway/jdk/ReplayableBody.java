package dev.headway.jdk;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;

/** A body of which the caller says that it gives the same bytes each time. */
final class ReplayableBody implements BodyPublisher {

    private final BodyPublisher body;

    ReplayableBody(BodyPublisher body) {
        this.body = Objects.requireNonNull(body, "body");
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        body.subscribe(subscriber);
    }
}
