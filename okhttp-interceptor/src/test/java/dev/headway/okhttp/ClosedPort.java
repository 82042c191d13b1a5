package dev.headway.okhttp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A port that nobody listens on, and that nobody else gets until this is closed. */
final class ClosedPort implements AutoCloseable {

    private final Socket taken = new Socket();

    ClosedPort() throws IOException {
        taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** An address there. */
    String url(String path) {
        return "http://127.0.0.1:" + taken.getLocalPort() + path;
    }

    @Override
    public void close() throws IOException {
        taken.close();
    }
}
