package dev.headway.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import javax.net.ServerSocketFactory;

/**
 * Sockets that let many clients connect at once. MockWebServer asks for a backlog of 50; of what comes beyond it, the system
 * drops the first packet, and the client tries again a second later.
 */
final class DeepBacklog extends ServerSocketFactory {

    private static final int BACKLOG = 4096;

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
            @Override
            public void bind(SocketAddress endpoint, int backlog) throws IOException {
                super.bind(endpoint, Math.max(backlog, BACKLOG));
            }
        };
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return new ServerSocket(port, BACKLOG);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return new ServerSocket(port, Math.max(backlog, BACKLOG));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
        return new ServerSocket(port, Math.max(backlog, BACKLOG), address);
    }
}
