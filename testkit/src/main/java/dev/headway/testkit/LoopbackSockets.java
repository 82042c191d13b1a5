package dev.headway.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.ServerSocketFactory;

/**
 * Sockets for many clients at once. MockWebServer asks for a backlog of 50, beyond which the system drops a client's first
 * packet, to come again a second later; and it writes an answer in two pieces, which Nagle's algorithm holds 40 ms apart.
 */
final class LoopbackSockets extends ServerSocketFactory {

    private static final int BACKLOG = 4096;

    /** An address as a URI has it. */
    static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new ServerSocket() {
            @Override
            public void bind(SocketAddress endpoint, int backlog) throws IOException {
                super.bind(endpoint, BACKLOG);
            }

            @Override
            public Socket accept() throws IOException {
                Socket socket = super.accept();
                socket.setTcpNoDelay(true);
                return socket;
            }
        };
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return bound(new InetSocketAddress(port));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return bound(new InetSocketAddress(port));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
        return bound(new InetSocketAddress(address, port));
    }

    private ServerSocket bound(InetSocketAddress address) throws IOException {
        ServerSocket socket = createServerSocket();
        socket.bind(address);
        return socket;
    }
}
