package dev.headway.jdk;

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

/** The standard parser, which also looks at bodies: {@link #SLOW_DOWN} asks for another attempt. */
final class BodyReader implements HintParser {

    static final String SLOW_DOWN = "{\"code\":\"SlowDown\"}";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(1);

    /** What it saw of each response, each byte as one character. */
    List<String> seen() {
        return seen;
    }

    /** Waits until the header fields of the first response are there. */
    void awaitAsked() throws InterruptedException {
        asked.await();
    }

    @Override
    public boolean readsBody(int status, ResponseHeaders headers) {
        asked.countDown();
        return true;
    }

    /** Asks also where the policy does not want it. */
    @Override
    public RateLimitHint parse(Signal.Response response, InstantSource clock) {
        String start = ISO_8859_1.decode(response.bodyStart()).toString();
        seen.add(start);
        return start.equals(SLOW_DOWN)
                ? RateLimitHint.builder()
                        .shouldRetry(true)
                        .retryAfter(Duration.ofSeconds(5))
                        .build()
                : HintParser.standard().parse(response, clock);
    }
}
