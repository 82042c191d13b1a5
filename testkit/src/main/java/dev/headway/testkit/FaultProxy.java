package dev.headway.testkit;

import static java.util.Objects.requireNonNull;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 proxy in front of any server without TLS: it passes requests on, refuses what a limit does not allow, and does
 * to the others what its {@linkplain Fault faults} say. Clients' connections are kept alive; bodies pass as they come.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.builder().to(api.url("/")).faults(Fault.script("429:2s,ok,reset-after")).start()) {
 *     client.get(proxy.url("/orders"));
 *     RequestChecks.that(proxy.requests()).neverEarly();
 * }
 * }</pre>
 *
 * <p>Without a test: {@code java -cp … dev.headway.testkit.FaultProxy --listen 8081 --to http://localhost:8080 --rate 10/s
 * --script 429,ok,reset}.
 *
 * <p>A fault takes its request before the limit is asked. The record has every request that was read, and grows until {@link
 * #close}. The proxy sends each request to the server once at most, whatever happens. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 4096;
    private static final long ACCEPT_AGAIN_MILLIS = 20;

    private final ServerSocket listener;
    private final URI root;
    private final URI server;
    private final Supplier<Fault> faults;
    private final @Nullable ServerQuota quota;
    private final @Nullable Dialect dialect;
    private final String requestId;
    private final TimeSource time;
    private final long began;
    private final Pauses pauses;
    private final Consumer<AnsweredRequest> heard;
    private final List<AnsweredRequest> requests = new ArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private FaultProxy(Builder builder, URI server, ServerSocket listener) {
        this.listener = listener;
        this.server = server;
        faults = builder.faults;
        requestId = builder.requestId;
        time = builder.time;
        heard = builder.heard;
        began = time.nanoTime();
        pauses = new Pauses(time);
        Limit limit = builder.limit;
        if (limit == null) {
            quota = null;
            dialect = null;
        } else {
            Counting counting = builder.counting == null ? ServerQuota.usual(limit) : builder.counting;
            quota = ServerQuota.of(limit, counting, time.instant());
            dialect = new Dialect(builder.headers.form(), builder.retryAfter, ServerQuota.window(limit));
        }
        root = URI.create(
                "http://" + LoopbackSockets.literal(listener.getInetAddress()) + ":" + listener.getLocalPort() + "/");
        daemon(this::accept);
    }

    /**
     * Begins a proxy; only its server must be given.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs a proxy until the process is ended, and writes a line for each request.
     *
     * @param arguments see {@code --help}
     * @throws InterruptedException if the main thread is interrupted
     */
    public static void main(String[] arguments) throws InterruptedException {
        Builder builder;
        try {
            builder = ProxyOptions.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(ProxyOptions.USAGE);
            System.exit(2);
            return;
        }
        builder.heard = request -> System.out.println(request);
        try (FaultProxy proxy = builder.start()) {
            System.out.println("Listening on " + proxy.root + " for " + proxy.server);
            new CountDownLatch(1).await();
        }
    }

    /**
     * Returns the address of a resource behind this proxy.
     *
     * @param path a path with an optional query, such as {@code /orders?page=1}
     * @return an absolute {@code http} URI
     * @throws IllegalArgumentException if the path is not written as a URI demands
     */
    public URI url(String path) {
        return root.resolve(path);
    }

    /**
     * Returns the requests that were read, with the status that the client was meant to get. {@link
     * AnsweredRequest#notBefore} knows the proxy's own refusals, and a {@code Retry-After} of the server's in seconds.
     *
     * @return an immutable copy, in the order in which they came
     */
    public List<AnsweredRequest> requests() {
        synchronized (requests) {
            return requests.stream()
                    .sorted(Comparator.comparing(AnsweredRequest::at))
                    .toList();
        }
    }

    /** Closes the proxy and all its connections; what stalls is left without an answer. Idempotent. */
    @Override
    public void close() {
        pauses.close();
        closeQuietly(listener);
        sockets.forEach(FaultProxy::closeQuietly);
    }

    Fault nextFault() {
        return faults.get();
    }

    @Nullable Verdict judge() {
        if (quota == null) {
            return null;
        }
        synchronized (quota) {
            return quota.judge(now().toNanos());
        }
    }

    List<String> fields(Verdict verdict) {
        return requireNonNull(dialect).of(verdict, instant()).entrySet().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .toList();
    }

    void record(ProxiedConnection.Asked asked, int status, Duration wait) throws IOException {
        HttpHead request = asked.request();
        AnsweredRequest answered = new AnsweredRequest(
                asked.at(),
                request.part(0),
                request.part(1),
                status,
                asked.connection(),
                request.field(requestId),
                wait.isZero() ? asked.at() : now().plus(wait));
        synchronized (requests) {
            requests.add(answered);
        }
        heard.accept(answered);
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort() < 0 ? 80 : server.getPort());
        socket.setTcpNoDelay(true);
        hold(socket);
        return socket;
    }

    void forget(Socket socket) {
        sockets.remove(socket);
    }

    String serverName() {
        return server.getRawAuthority();
    }

    Pauses pauses() {
        return pauses;
    }

    Duration now() {
        return Duration.ofNanos(time.nanoTime() - began);
    }

    Instant instant() {
        return time.instant();
    }

    private void accept() throws InterruptedException {
        int number = 0;
        while (!listener.isClosed()) {
            Socket client;
            try {
                client = listener.accept();
                hold(client);
            } catch (IOException e) {
                // Out of descriptors for a moment, or a client that has gone already: the next one is served.
                Thread.sleep(ACCEPT_AGAIN_MILLIS);
                continue;
            }
            ProxiedConnection connection = new ProxiedConnection(this, client, number++);
            daemon(() -> {
                try (client) {
                    client.setTcpNoDelay(true);
                    serve(connection, client);
                } finally {
                    forget(client);
                }
            });
        }
    }

    private static void serve(ProxiedConnection connection, Socket client) throws IOException, InterruptedException {
        try {
            connection.serve();
        } catch (IOException broken) {
            // As the server's connection, so the client's: it must not take half an answer for a whole one.
            client.setSoLinger(true, 0);
            throw broken;
        }
    }

    /** A socket that is opened while the proxy closes is closed too. */
    private void hold(Socket socket) throws IOException {
        sockets.add(socket);
        if (listener.isClosed()) {
            socket.close();
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is closed as far as it can be.
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException ended) {
                        // The other side has gone, or the proxy is closed.
                    }
                },
                "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** What a proxy shall be like. Not thread-safe. */
    public static final class Builder {

        private @Nullable URI server;
        private InetAddress address = InetAddress.getLoopbackAddress();
        private int port;
        private Supplier<Fault> faults = Fault.script();
        private @Nullable Limit limit;
        private @Nullable Counting counting;
        private RateLimitHeaders headers = RateLimitHeaders.NONE;
        private RetryAfter retryAfter = RetryAfter.SECONDS;
        private String requestId = "Idempotency-Key";
        private TimeSource time = TimeSource.system();
        private Consumer<AnsweredRequest> heard = request -> {};

        private Builder() {}

        /**
         * Sets the server. Its own path is not used: a request keeps its path.
         *
         * @param server an absolute {@code http} URI
         * @return this
         * @throws IllegalArgumentException if it is none
         */
        public Builder to(URI server) {
            if (!"http".equalsIgnoreCase(server.getScheme()) || server.getHost() == null) {
                throw new IllegalArgumentException("No server of the form http://host:port: " + server);
            }
            this.server = server;
            return this;
        }

        /**
         * Sets where to listen. The default is a free port of the loopback address.
         *
         * @param address an address of this machine
         * @param port its port; 0 for a free one
         * @return this
         */
        public Builder listen(InetAddress address, int port) {
            this.address = requireNonNull(address, "address");
            this.port = port;
            return this;
        }

        /**
         * Sets the faults: asked once for each request, in the order in which requests come. The default is none.
         *
         * @param faults a source of faults, thread-safe: {@link Fault#script(String)}, {@link Fault#random}, or code
         * @return this
         */
        public Builder faults(Supplier<Fault> faults) {
            this.faults = requireNonNull(faults, "faults");
            return this;
        }

        /**
         * Sets a limit; the default is none.
         *
         * @param limit what the proxy passes on
         * @return this
         * @throws IllegalArgumentException if it is no rate
         */
        public Builder limit(Limit limit) {
            if (requireNonNull(limit, "limit") instanceof Concurrency) {
                throw new IllegalArgumentException("The proxy counts calls in time: give a TokenBucket or a Quota.");
            }
            this.limit = limit;
            return this;
        }

        /**
         * Sets how the limit is counted. The default is a {@link Counting#TOKEN_BUCKET} or a {@link Counting#FIXED_WINDOW}.
         *
         * @param counting a way to count a limit of its kind
         * @return this
         */
        public Builder counting(Counting counting) {
            this.counting = requireNonNull(counting, "counting");
            return this;
        }

        /**
         * Sets how answers tell the limit. The default is {@link RateLimitHeaders#NONE}.
         *
         * @param headers the names and units
         * @return this
         */
        public Builder headers(RateLimitHeaders headers) {
            this.headers = requireNonNull(headers, "headers");
            return this;
        }

        /**
         * Sets how the limit's 429 tells when to try again. The default is {@link RetryAfter#SECONDS}.
         *
         * @param retryAfter the name and unit
         * @return this
         */
        public Builder retryAfter(RetryAfter retryAfter) {
            this.retryAfter = requireNonNull(retryAfter, "retryAfter");
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
         * Sets the clock of limit, stalls, drips and dates. The default is {@link TimeSource#system()}.
         *
         * @param time the clock
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = requireNonNull(time, "time");
            return this;
        }

        /**
         * Opens the proxy.
         *
         * @return the running proxy, to be closed
         * @throws IllegalStateException if there is no server, or a limit that is not counted so
         * @throws UncheckedIOException if the socket can not be opened
         */
        public FaultProxy start() {
            if (server == null) {
                throw new IllegalStateException("A proxy needs a server");
            }
            if (limit != null && counting != null) {
                ServerQuota.of(limit, counting, Instant.EPOCH);
            }
            try {
                return new FaultProxy(this, server, new ServerSocket(port, BACKLOG, address));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
