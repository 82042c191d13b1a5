package dev.headway.testkit;

import static java.util.Objects.requireNonNull;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 API with a true quota, on a loopback socket: it answers 200 to every request within its limit, whatever the
 * method and path, and 429 to every other, and remembers them all.
 *
 * <pre>{@code
 * try (RateLimitedApi api = RateLimitedApi.builder().limit(TokenBucket.perSecond(10).burst(20)).start()) {
 *     client.get(api.url("/orders?page=1"));
 *     assertThat(api.refused()).isZero();
 * }
 * }</pre>
 *
 * <p>A request is judged when it has been read whole, one at a time, in exact nanoseconds. A refused one is not counted
 * against the quota. Every answer has a {@code Date}. The record grows until {@link #reset} or {@link #close}.
 *
 * <p>Thread-safe.
 */
public final class RateLimitedApi implements AutoCloseable {

    /** Held, because the logging framework forgets the level of a logger that nobody holds. */
    private static final Logger SERVER_LOG = Logger.getLogger(MockWebServer.class.getName());

    private static final String OK_BODY = "{\"status\":\"ok\"}";
    private static final String REFUSED_BODY = "{\"code\":\"TooManyRequests\",\"message\":\"Rate limit exceeded\"}";

    private final Ledger ledger;
    private final RateLimitHeaders headers;
    private final RetryAfter retryAfter;
    private final Duration latency;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final MockWebServer server = new MockWebServer();
    private final URI root;

    /**
     * Begins an API; only its limit must be given.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private RateLimitedApi(Builder builder, Limit limit) {
        ledger = new Ledger(limit, builder.clockAligned, builder.time);
        headers = builder.headers;
        retryAfter = builder.retryAfter;
        latency = builder.latency;
        server.setBodyLimit(0);
        server.setServerSocketFactory(new LoopbackSockets());
        server.setDispatcher(new Answers());
        quieten();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try {
            server.start(loopback, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // The address and not a name, so that no client asks a resolver or tries another address first.
        root = URI.create("http://" + literal(loopback) + ":" + server.getPort() + "/");
    }

    /**
     * Returns the address of a resource of this API.
     *
     * @param path a path with an optional query, such as {@code /orders?page=1}
     * @return an absolute {@code http} URI
     * @throws IllegalArgumentException if the path is not written as a URI demands
     */
    public URI url(String path) {
        return root.resolve(path);
    }

    /**
     * Returns the requests that have been judged, in that order.
     *
     * @return an immutable copy
     */
    public List<AnsweredRequest> requests() {
        return ledger.requests();
    }

    /**
     * Returns how many requests were within the quota.
     *
     * @return the number of answers with status 200
     */
    public int accepted() {
        return ledger.accepted();
    }

    /**
     * Returns how many requests were not.
     *
     * @return the number of answers with status 429
     */
    public int refused() {
        return ledger.refused();
    }

    /** Fills the quota and forgets the record. Connections stay open, and times go on from the start. */
    public void reset() {
        ledger.reset();
    }

    /** Closes the socket and all connections; what was not answered is left without an answer. Idempotent. */
    @Override
    public void close() {
        closed.countDown();
        server.close();
    }

    /** Hides the warning on connections without a request, which clients may open; a level that the user has set stays. */
    private static void quieten() {
        if (SERVER_LOG.getLevel() == null) {
            SERVER_LOG.setLevel(Level.SEVERE);
        }
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    private final class Answers extends Dispatcher {

        @Override
        public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            Ledger.Entry entry = ledger.judge(request.getMethod(), request.getTarget(), request.getConnectionIndex());
            // The server keeps a queue of requests for those who take them from it.
            server.takeRequest(0, TimeUnit.NANOSECONDS);
            MockResponse.Builder answer = answer(entry, request.getMethod().equals("HEAD"));
            // Unlike the server's own delay this one does not hold up close().
            if (closed.await(latency.toNanos(), TimeUnit.NANOSECONDS)) {
                answer.onResponseStart(new SocketEffect.CloseSocket());
            }
            return answer.build();
        }

        private MockResponse.Builder answer(Ledger.Entry entry, boolean head) {
            Verdict verdict = entry.verdict();
            MockResponse.Builder answer = new MockResponse.Builder()
                    .status(verdict.accepted() ? "HTTP/1.1 200 OK" : "HTTP/1.1 429 Too Many Requests")
                    .addHeader("Date", HttpDates.format(entry.at()))
                    .addHeader("Content-Type", "application/json")
                    .body(head ? "" : verdict.accepted() ? OK_BODY : REFUSED_BODY);
            headers.of(verdict, entry.at()).forEach(answer::addHeader);
            if (!verdict.accepted()) {
                retryAfter.of(verdict, entry.at()).forEach(answer::addHeader);
            }
            return answer;
        }
    }

    /** What an API shall be like. Not thread-safe. */
    public static final class Builder {

        private @Nullable Limit limit;
        private boolean clockAligned;
        private RateLimitHeaders headers = RateLimitHeaders.X_RATELIMIT;
        private RetryAfter retryAfter = RetryAfter.SECONDS;
        private Duration latency = Duration.ZERO;
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /**
         * Sets the limit. A {@link dev.headway.TokenBucket} starts full; a {@link dev.headway.Quota} is counted in windows,
         * each of which begins with the first request after the end of the last.
         *
         * @param limit what the API allows
         * @return this
         * @throws IllegalArgumentException if it is no rate
         */
        public Builder limit(Limit limit) {
            if (requireNonNull(limit, "limit") instanceof Concurrency) {
                throw new IllegalArgumentException("This API counts calls in time: give a TokenBucket or a Quota.");
            }
            this.limit = limit;
            return this;
        }

        /**
         * Lets the windows of a {@link dev.headway.Quota} begin at whole multiples of their length since 1970 in UTC, so one
         * of an hour on the hour. The wall clock is read at the start only. Changes nothing for a bucket.
         *
         * @return this
         */
        public Builder clockAligned() {
            clockAligned = true;
            return this;
        }

        /**
         * Sets how answers tell the quota. The default is {@link RateLimitHeaders#X_RATELIMIT}.
         *
         * @param headers the names and units
         * @return this
         */
        public Builder headers(RateLimitHeaders headers) {
            this.headers = requireNonNull(headers, "headers");
            return this;
        }

        /**
         * Sets how a 429 tells when to try again. The default is {@link RetryAfter#SECONDS}.
         *
         * @param retryAfter the name and unit
         * @return this
         */
        public Builder retryAfter(RetryAfter retryAfter) {
            this.retryAfter = requireNonNull(retryAfter, "retryAfter");
            return this;
        }

        /**
         * Sets how long each answer takes after the request has been judged, in real time. The default is not at all.
         *
         * @param latency the delay, up to 292 years
         * @return this
         * @throws IllegalArgumentException if it is negative
         * @throws ArithmeticException if it is longer
         */
        public Builder latency(Duration latency) {
            if (latency.isNegative()) {
                throw new IllegalArgumentException("A latency must not be negative: " + latency);
            }
            this.latency = Duration.ofNanos(latency.toNanos());
            return this;
        }

        /**
         * Sets the clock that fills the quota and dates the answers; a {@link VirtualTime} makes a test independent of
         * its own speed. The default is {@link TimeSource#system()}.
         *
         * @param time the clock
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = requireNonNull(time, "time");
            return this;
        }

        /**
         * Opens the API on a free port of the loopback address.
         *
         * @return the running API, to be closed
         * @throws IllegalStateException if there is no limit
         * @throws UncheckedIOException if the socket can not be opened
         */
        public RateLimitedApi start() {
            if (limit == null) {
                throw new IllegalStateException("An API needs a limit");
            }
            return new RateLimitedApi(this, limit);
        }
    }
}
