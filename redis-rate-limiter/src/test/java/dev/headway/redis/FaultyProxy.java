package dev.headway.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Between a client and Redis on loopback: may be slow, lose the answers, and cut the connections. */
final class FaultyProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger toLose = new AtomicInteger();
    private volatile long delayNanos;
    private volatile boolean refuses;
    private volatile boolean mute;

    FaultyProxy(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Every answer comes so much later. */
    void delay(Duration each) {
        delayNanos = each.toNanos();
    }

    /** So many times the connection is cut when the answer comes: the command was carried out, and nobody hears of it. */
    void loseAnswers(int count) {
        toLose.set(count);
    }

    /** Every answer is kept back while it is set. */
    void mute(boolean value) {
        mute = value;
    }

    /** Cuts every connection, and lets no other in while it is set. */
    void cut(boolean value) {
        refuses = value;
        if (value) {
            sockets.forEach(FaultyProxy::close);
            sockets.clear();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (refuses) {
                    close(client);
                    continue;
                }
                Socket engine = new Socket();
                engine.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 1000);
                engine.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(engine);
                daemon(() -> copy(client, engine, false));
                daemon(() -> copy(engine, client, true));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[65536];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (answers && delayNanos > 0) {
                    LockSupport.parkNanos(delayNanos);
                }
                while (answers && mute && !from.isClosed()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
                if (answers && toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // The other side has gone.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "faulty-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone anyway.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        sockets.forEach(FaultyProxy::close);
    }

    static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("Not within 30 s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
