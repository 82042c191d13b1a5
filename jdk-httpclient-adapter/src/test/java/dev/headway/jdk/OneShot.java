package dev.headway.jdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;

/** Parts of a body, each of which is given once, to whoever comes first. */
final class OneShot implements Flow.Publisher<ByteBuffer> {

    private final Queue<String> parts;

    OneShot(String... parts) {
        this.parts = new ArrayDeque<>(List.of(parts));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            private long wanted;
            private boolean busy;
            private boolean over;

            @Override
            public void request(long n) {
                wanted = n > Long.MAX_VALUE - wanted ? Long.MAX_VALUE : wanted + n;
                if (busy) {
                    return;
                }
                busy = true;
                String part;
                while (wanted > 0 && !over && (part = parts.poll()) != null) {
                    wanted--;
                    subscriber.onNext(ByteBuffer.wrap(part.getBytes(ISO_8859_1)));
                }
                busy = false;
                if (parts.isEmpty() && !over) {
                    over = true;
                    subscriber.onComplete();
                }
            }

            /* As careless publishers do. */
            @Override
            public void cancel() {
                if (!over) {
                    over = true;
                    subscriber.onComplete();
                }
            }
        });
    }
}
