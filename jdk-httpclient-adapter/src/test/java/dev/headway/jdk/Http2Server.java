package dev.headway.jdk;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A server that speaks HTTP/2, through TLS because the client does not without. */
final class Http2Server implements AutoCloseable {

    private final MockWebServer server = new MockWebServer();
    private final HandshakeCertificates certificates;
    private final Queue<MockResponse> script = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<RecordedRequest> received = new LinkedBlockingQueue<>();
    private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
    private volatile MockResponse always = new MockResponse.Builder().build();

    Http2Server() throws IOException {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        certificates = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .addTrustedCertificate(certificate.certificate())
                .build();
        server.useHttps(certificates.sslSocketFactory());
        server.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                received.add(request);
                connections.add(request.getConnectionIndex());
                MockResponse next = peek();
                script.poll();
                return next;
            }

            // Asked before the request is read, for what shall come instead of an answer.
            @Override
            public MockResponse peek() {
                MockResponse next = script.peek();
                return next != null ? next : always;
            }
        });
        server.start();
    }

    /** A client that trusts this server. */
    HttpClient client() {
        return HttpClient.newBuilder().sslContext(certificates.sslContext()).build();
    }

    HttpClient client(HttpClient.Redirect redirects) {
        return HttpClient.newBuilder()
                .sslContext(certificates.sslContext())
                .followRedirects(redirects)
                .build();
    }

    URI uri() {
        return URI.create("https://localhost:" + server.getPort() + "/");
    }

    void enqueue(MockResponse response) {
        script.add(response);
    }

    void always(MockResponse response) {
        always = response;
    }

    RecordedRequest takeRequest() throws InterruptedException {
        return received.take();
    }

    int requests() {
        return received.size();
    }

    int connections() {
        return connections.size();
    }

    @Override
    public void close() {
        server.close();
    }
}
