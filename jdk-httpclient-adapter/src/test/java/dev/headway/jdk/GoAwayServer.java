package dev.headway.jdk;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * Speaks just enough HTTP/2 to say GOAWAY to the first requests, in the name of RFC 9113 section 6.8: with a last stream of 0 it
 * promises that it has done nothing, with one of the request's own that it may have. Answers all others with 200.
 */
final class GoAwayServer implements AutoCloseable {

    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int ACK = 1;
    private static final int END_OF_STREAM_AND_HEADERS = 5;
    private static final byte STATUS_200 = (byte) 0x88;
    private static final int PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length();

    private final HandshakeCertificates certificates;
    private final SSLServerSocket listener;
    private final AtomicInteger requests = new AtomicInteger();
    private final int refusals;
    private final boolean unprocessed;

    GoAwayServer(int refusals, boolean unprocessed) throws IOException {
        this.refusals = refusals;
        this.unprocessed = unprocessed;
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        certificates = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .addTrustedCertificate(certificate.certificate())
                .build();
        listener = (SSLServerSocket) certificates
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByName("localhost"));
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        listener.setSSLParameters(parameters);
        daemon(this::accept);
    }

    HttpClient client() {
        return HttpClient.newBuilder().sslContext(certificates.sslContext()).build();
    }

    URI uri() {
        return URI.create("https://localhost:" + listener.getLocalPort() + "/");
    }

    int requests() {
        return requests.get();
    }

    private void accept() throws IOException {
        while (true) {
            SSLSocket socket = (SSLSocket) listener.accept();
            daemon(() -> serve(socket));
        }
    }

    private void serve(SSLSocket socket) throws IOException {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.readNBytes(PREFACE);
            frame(out, SETTINGS, 0, 0);
            while (true) {
                int lengthAndType = in.readInt();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                in.readNBytes(lengthAndType >>> 8);
                switch (lengthAndType & 0xff) {
                    case SETTINGS -> {
                        if (flags == 0) {
                            frame(out, SETTINGS, ACK, 0);
                        }
                    }
                    case HEADERS -> {
                        if (requests.incrementAndGet() > refusals) {
                            frame(out, HEADERS, END_OF_STREAM_AND_HEADERS, stream, STATUS_200);
                        } else {
                            byte last = (byte) (unprocessed ? 0 : stream);
                            frame(
                                    out, GOAWAY, 0, 0, (byte) 0, (byte) 0, (byte) 0, last, (byte) 0, (byte) 0, (byte) 0,
                                    (byte) 0);
                            if (!unprocessed) {
                                return;
                            }
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte... payload) throws IOException {
        byte[] frame = new byte[9 + payload.length];
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        frame[8] = (byte) stream;
        System.arraycopy(payload, 0, frame, 9, payload.length);
        out.write(frame);
        out.flush();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                // The other side has gone, or the server is closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
