package dev.headway.okhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.headway.HintParser;
import dev.headway.RateLimitHint;
import dev.headway.ResponseHeaders;
import dev.headway.Signal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A parser that looks at bodies: {@link #SLOW_DOWN} asks for another attempt soon, what begins with {@link #NO_MORE} for none. */
final class BodyReader implements HintParser {

    static final String SLOW_DOWN = "{\"code\":\"SlowDown\"}";
    static final String NO_MORE = "no more";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch asks = new CountDownLatch(1);
    private volatile Runnable whenAsking = () -> {};

    /** What it saw of each response, each byte as one character. */
    List<String> seen() {
        return seen;
    }

    /** Waits until it is about to ask for the first body. */
    void awaitAsking() throws InterruptedException {
        asks.await();
    }

    /** Does that each time on the thread that then asks, before the time that it waits for a body begins. */
    void whenAsking(Runnable task) {
        whenAsking = task;
    }

    @Override
    public boolean readsBody(int status, ResponseHeaders headers) {
        return true;
    }

    /** Asks also where the policy does not want it. */
    @Override
    public RateLimitHint parse(Signal.Response response, InstantSource clock) {
        asks.countDown();
        whenAsking.run();
        String start = ISO_8859_1.decode(response.bodyStart()).toString();
        seen.add(start);
        if (start.startsWith(NO_MORE)) {
            return RateLimitHint.builder().shouldRetry(false).build();
        }
        return start.equals(SLOW_DOWN)
                ? RateLimitHint.builder()
                        .shouldRetry(true)
                        .retryAfter(Duration.ofMillis(20))
                        .build()
                : RateLimitHint.none();
    }
}
