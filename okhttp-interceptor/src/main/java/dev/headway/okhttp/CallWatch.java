package dev.headway.okhttp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** Sees the request of a call leave, and hears its cancel. */
final class CallWatch extends EventListener {

    static final Runnable NOBODY = () -> {};

    // Volatile because the client connects, and is cancelled, on other threads.
    private volatile Runnable wake = NOBODY;
    private volatile List<IOException> unconnected = List.of();
    private volatile boolean sent;
    private volatile boolean sentAgain;

    void onCancel(Runnable task) {
        wake = task;
    }

    void attemptBegins() {
        unconnected = List.of();
        sent = false;
        sentAgain = false;
    }

    /** Whether that is how the client could not connect to one of the addresses in this attempt. */
    boolean couldNotConnect(Throwable failure) {
        // By identity, as every exception.
        return unconnected.contains(failure);
    }

    /** Whether the client began to write a request in this attempt. */
    boolean sent() {
        return sent;
    }

    /** Whether it began to write a second one: after a redirect, an authentication, or a failure that it hid. */
    boolean sentAgain() {
        return sentAgain;
    }

    /** On several threads when the client tries several addresses at once. */
    @Override
    public synchronized void connectFailed(
            Call call, InetSocketAddress inetSocketAddress, Proxy proxy, @Nullable Protocol protocol, IOException ioe) {
        List<IOException> more = new ArrayList<>(unconnected);
        more.add(ioe);
        unconnected = more;
    }

    @Override
    public void requestHeadersStart(Call call) {
        sentAgain = sent;
        sent = true;
    }

    /** May run under a lock of the client's and on its only watchdog thread. */
    @Override
    public void canceled(Call call) {
        wake.run();
    }
}
