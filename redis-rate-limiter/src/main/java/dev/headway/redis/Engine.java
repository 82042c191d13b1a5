package dev.headway.redis;

import dev.headway.spi.TimeSource;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the script, at most once for each call. A call that has no answer in time has failed, whatever becomes of it: nothing is
 * repeated but where the engine says that it does not know the script yet, so that nothing was done.
 */
final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long STARTING = TimeUnit.SECONDS.toNanos(5);
    /** So long a closing connection is waited for; in vain on a thread of the connection's own. */
    private static final long CLOSING = TimeUnit.SECONDS.toNanos(1);
    /** The first answer takes longer, in a process that has just begun. */
    private static final long FIRST_TIMEOUT = TimeUnit.MILLISECONDS.toNanos(500);

    /** After so many calls without an answer a connection counts as dead, though nobody has closed it. */
    private static final int DEAD = 3;

    private static final String SCRIPT = script();
    private static final String SHA = sha(SCRIPT);

    private final Connector connector;
    private final TimeSource time;
    private final long timeoutNanos;
    private final AtomicBoolean connecting = new AtomicBoolean();
    private final AtomicInteger unanswered = new AtomicInteger();
    /** Calls on their way, the oldest first: one timer for all, as nearly all of them are answered long before it. */
    private final ConcurrentLinkedQueue<Call> running = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile Connector.@Nullable Link link;
    private volatile boolean closed;
    private volatile boolean tried;
    private volatile boolean heard;
    private final long beganAt;

    Engine(Connector connector, TimeSource time, long timeoutNanos) {
        this.connector = connector;
        this.time = time;
        this.timeoutNanos = timeoutNanos;
        this.beganAt = time.nanoTime();
    }

    /** Whether the first connection is still on its way; that it is not there yet tells nothing, for a while. */
    boolean starting() {
        return !tried && time.nanoTime() - beganAt < STARTING;
    }

    /**
     * Opens a connection, on a thread of its own because that blocks. Until then every call fails at once. A connection that is
     * cut is not waited for, either: whoever was away for long tries again at long intervals only.
     */
    void connect() {
        if (closed || !connecting.compareAndSet(false, true)) {
            return;
        }
        Thread thread = new Thread(this::connectNow, "headway-redis-connect");
        thread.setDaemon(true);
        thread.start();
    }

    private void connectNow() {
        try {
            Connector.Link made = connector.connect().get();
            warmUp(made);
            Connector.Link former = link;
            link = made;
            unanswered.set(0);
            if (former != null) {
                var unused = former.connection().closeAsync();
            }
            if (closed) {
                var unused = made.connection().closeAsync();
            }
        } catch (RuntimeException e) {
            LOG.debug("No connection to Redis", e);
        } finally {
            tried = true;
            connecting.set(false);
        }
    }

    /** So that the first call finds its classes loaded, and mostly the script as well. */
    private static void warmUp(Connector.Link made) {
        try {
            made.scripts().scriptLoad(SCRIPT).await(STARTING, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("The script could not be loaded beforehand", e);
        }
    }

    /**
     * Calls the script.
     *
     * @param key of the scope
     * @param arguments of the script
     * @param then hears the answer, or null if there is none: at once, on a thread of the connection, or of the timer
     */
    void call(String key, byte[][] arguments, BiConsumer<@Nullable List<?>, @Nullable Throwable> then) {
        Connector.Link to = link;
        if (to == null || !to.connection().isOpen()) {
            connect();
            then.accept(null, null);
            return;
        }
        new Call(to, key, arguments, then).begin();
    }

    private void watch() {
        Call oldest = oldestRunning();
        if (oldest != null && watching.compareAndSet(false, true)) {
            var unused = time.schedule(Math.max(0, oldest.lateAt - time.nanoTime()), this::lookForLate);
        }
    }

    private void lookForLate() {
        watching.set(false);
        long now = time.nanoTime();
        for (Call oldest = oldestRunning(); oldest != null && oldest.lateAt - now <= 0; oldest = oldestRunning()) {
            oldest.late();
        }
        watch();
    }

    private @Nullable Call oldestRunning() {
        Call oldest = running.peek();
        while (oldest != null && oldest.done.get()) {
            running.remove(oldest);
            oldest = running.peek();
        }
        return oldest;
    }

    private final class Call {

        private final Connector.Link to;
        private final byte[][] keys;
        private final byte[][] arguments;
        private final BiConsumer<@Nullable List<?>, @Nullable Throwable> then;
        private final AtomicBoolean done = new AtomicBoolean();
        private final long lateAt;
        private volatile @Nullable RedisFuture<?> command;

        Call(
                Connector.Link to,
                String key,
                byte[][] arguments,
                BiConsumer<@Nullable List<?>, @Nullable Throwable> then) {
            this.to = to;
            this.keys = new byte[][] {key.getBytes(StandardCharsets.UTF_8)};
            this.arguments = arguments;
            this.then = then;
            this.lateAt = time.nanoTime() + (heard ? timeoutNanos : Math.max(timeoutNanos, FIRST_TIMEOUT));
        }

        void begin() {
            running.add(this);
            watch();
            run(() -> to.scripts().evalsha(SHA, ScriptOutputType.MULTI, keys, arguments));
        }

        private void run(Supplier<RedisFuture<List<?>>> sent) {
            try {
                RedisFuture<List<?>> future = sent.get();
                command = future;
                var unused = future.whenComplete(this::came);
            } catch (RuntimeException e) {
                end(null, e);
            }
        }

        private void came(@Nullable List<?> answer, @Nullable Throwable thrown) {
            if (cause(thrown) instanceof RedisNoScriptException && !done.get()) {
                run(() -> to.scripts().eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments));
            } else {
                end(answer, thrown);
            }
        }

        private void late() {
            if (end(null, null)) {
                RedisFuture<?> sent = command;
                if (sent != null) {
                    // What was not written yet is not sent any more.
                    sent.cancel(true);
                }
                if (unanswered.incrementAndGet() >= DEAD) {
                    // Its host may be gone, and another in its place.
                    connect();
                }
            }
        }

        private boolean end(@Nullable List<?> answer, @Nullable Throwable thrown) {
            if (!done.compareAndSet(false, true)) {
                return false;
            }
            if (answer != null) {
                heard = true;
                unanswered.set(0);
            }
            if (thrown != null) {
                LOG.debug("Redis did not run the script", thrown);
                if (isReplica(thrown)) {
                    // Its name may belong to another host now.
                    connect();
                }
            }
            try {
                then.accept(answer, thrown);
            } catch (RuntimeException e) {
                LOG.warn("An answer of Redis could not be used", e);
            }
            return true;
        }
    }

    /** It was the master when it was connected. Redis 6 tells it as an error of the script. */
    private static boolean isReplica(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return message.contains("READONLY");
    }

    private static @Nullable Throwable cause(@Nullable Throwable thrown) {
        return thrown instanceof CompletionException ? thrown.getCause() : thrown;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        Connector.Link open = link;
        if (open != null) {
            closeNow(open);
        }
    }

    /** A client that is shut down meanwhile would complain of it. */
    private static void closeNow(Connector.Link open) {
        try {
            open.connection().closeAsync().get(CLOSING, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("The connection to Redis is not closed yet", e);
        }
    }

    private static String script() {
        try (InputStream in = Engine.class.getResourceAsStream("scope.lua")) {
            if (in == null) {
                throw new IllegalStateException("scope.lua is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
