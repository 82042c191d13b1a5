package dev.headway.testkit;

import static java.util.Objects.requireNonNull;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.Quota;
import dev.headway.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
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
    private final Dialect dialect;
    private final Duration clockSkew;
    private final String requestId;
    private final Duration latency;
    private final Pauses pauses;
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
        ledger = new Ledger(limit, builder.counting(limit), builder.time);
        pauses = new Pauses(builder.time);
        dialect = new Dialect(builder.headers, builder.retryAfter, ServerQuota.window(limit));
        clockSkew = builder.clockSkew;
        requestId = builder.requestId;
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
        root = URI.create("http://" + LoopbackSockets.literal(loopback) + ":" + server.getPort() + "/");
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
        pauses.close();
        server.close();
    }

    /** Hides the warning on connections without a request, which clients may open; a level that the user has set stays. */
    private static void quieten() {
        if (SERVER_LOG.getLevel() == null) {
            SERVER_LOG.setLevel(Level.SEVERE);
        }
    }

    private final class Answers extends Dispatcher {

        @Override
        public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            if (closed.getCount() == 0) {
                // A client that tries again because its connection has just been closed.
                return new MockResponse.Builder()
                        .onResponseStart(new SocketEffect.CloseSocket())
                        .build();
            }
            Ledger.Entry entry = ledger.judge(
                    request.getMethod(),
                    request.getTarget(),
                    request.getConnectionIndex(),
                    request.getHeaders().get(requestId));
            // The server keeps a queue of requests for those who take them from it.
            server.takeRequest(0, TimeUnit.NANOSECONDS);
            MockResponse.Builder answer = answer(entry, request.getMethod().equals("HEAD"));
            // Unlike the server's own delay these do not hold up close().
            boolean over = entry.verdict().heldNanos() > 0
                    && !pauses.pause(entry.verdict().heldNanos());
            if (over || closed.await(latency.toNanos(), TimeUnit.NANOSECONDS)) {
                answer.onResponseStart(new SocketEffect.CloseSocket());
            }
            return answer.build();
        }

        private MockResponse.Builder answer(Ledger.Entry entry, boolean head) {
            Verdict verdict = entry.verdict();
            Instant at = entry.at().plus(clockSkew);
            MockResponse.Builder answer = new MockResponse.Builder()
                    .status(verdict.accepted() ? "HTTP/1.1 200 OK" : "HTTP/1.1 429 Too Many Requests")
                    .addHeader("Date", HttpDates.format(at))
                    .addHeader("Content-Type", "application/json")
                    .body(head ? "" : verdict.accepted() ? OK_BODY : REFUSED_BODY);
            dialect.of(verdict, at).forEach(answer::addHeader);
            return answer;
        }
    }

    /** What an API shall be like. Not thread-safe. */
    public static final class Builder {

        private @Nullable Limit limit;
        private boolean clockAligned;
        private @Nullable Counting counting;
        private HeaderLines headers = RateLimitHeaders.X_RATELIMIT.form();
        private RetryAfter retryAfter = RetryAfter.SECONDS;
        private String requestId = "Idempotency-Key";
        private Duration clockSkew = Duration.ZERO;
        private Duration latency = Duration.ZERO;
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /**
         * Sets the limit. Unless {@link #counting} says otherwise, a {@link dev.headway.TokenBucket} is a {@link
         * Counting#TOKEN_BUCKET} and a {@link dev.headway.Quota} a {@link Counting#FIXED_WINDOW}.
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
         * of an hour on the hour. The wall clock is read at the start only. Changes nothing for a bucket, nor where {@link
         * #counting} is told.
         *
         * @return this
         */
        public Builder clockAligned() {
            clockAligned = true;
            return this;
        }

        /**
         * Sets how the limit is counted.
         *
         * @param counting a way to count a limit of its kind
         * @return this
         */
        public Builder counting(Counting counting) {
            this.counting = requireNonNull(counting, "counting");
            return this;
        }

        /**
         * Sets how answers tell the quota. The default is {@link RateLimitHeaders#X_RATELIMIT}.
         *
         * @param headers the names and units
         * @return this
         */
        public Builder headers(RateLimitHeaders headers) {
            this.headers = headers.form();
            return this;
        }

        /**
         * Sets how answers tell the quota, for a dialect of one's own: lines such as {@code Left: {remaining} of {limit}}. The
         * slots are {@code limit}, {@code remaining}, {@code used}, {@code window} and {@code window-ms}; the time to go as
         * {@code reset} in seconds, {@code reset-ms}, {@code reset-decimal} or {@code reset-duration} as Go writes it; and the
         * moment as {@code reset-epoch}, {@code reset-epoch-ms}, {@code reset-epoch-decimal}, {@code reset-iso} or {@code
         * reset-date}.
         *
         * @param lines names and values, each name once
         * @return this
         * @throws IllegalArgumentException if a line has no name, or a slot that is not known
         */
        public Builder headers(String... lines) {
            headers = new HeaderLines(List.of(lines));
            return this;
        }

        /**
         * Sets how wrong the API's wall clock is, in everything it dates. The default is not at all.
         *
         * @param skew how far it is ahead of the time source; negative for behind
         * @return this
         */
        public Builder clockSkew(Duration skew) {
            clockSkew = requireNonNull(skew, "skew");
            return this;
        }

        /**
         * Sets the header field that names a request, for {@link AnsweredRequest#id}. The default is {@code Idempotency-Key}.
         *
         * @param field the field's name, in any case
         * @return this
         */
        public Builder requestId(String field) {
            requestId = requireNonNull(field, "field");
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
         * @throws IllegalStateException if there is no limit, or one that is not counted so
         * @throws UncheckedIOException if the socket can not be opened
         */
        public RateLimitedApi start() {
            if (limit == null) {
                throw new IllegalStateException("An API needs a limit");
            }
            return new RateLimitedApi(this, limit);
        }

        private Counting counting(Limit limit) {
            if (counting != null) {
                return counting;
            }
            return clockAligned && limit instanceof Quota ? Counting.CLOCK_WINDOW : ServerQuota.usual(limit);
        }
    }
}
