package dev.headway.it.servers;

import static dev.headway.it.ApiRequest.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.it.ApiRequest;
import dev.headway.it.Path;
import dev.headway.it.Result;
import dev.headway.it.Setup;
import dev.headway.testkit.AnsweredRequest;
import dev.headway.testkit.RequestChecks;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** mitmproxy before an API that refuses nothing: it refuses the first requests of each key itself. By HTTP/1.1, and HTTP/2 over TLS. */
class MitmproxyTest extends RealServerTest {

    private static final int REFUSED = 1;
    private static final int CALLS = 10;
    private static final String TEXT = "text that must arrive whole";

    /** The keys of what came through, in order. */
    private final List<String> came = new CopyOnWriteArrayList<>();

    private final MockWebServer api = new MockWebServer();

    static Stream<Arguments> paths() {
        return Stream.of(Path.values()).flatMap(path -> Stream.of(Arguments.of(path, false), Arguments.of(path, true)));
    }

    @Override
    RealServer start() throws Exception {
        RealServer.require("mitmproxy", "mitmdump", "--version");
        api.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                came.add(String.valueOf(request.getHeaders().get(RealServer.KEY)));
                var body = request.getBody();
                return new MockResponse.Builder()
                        .body(body == null ? "" : body.utf8())
                        .build();
            }
        });
        api.start(InetAddress.getLoopbackAddress(), 0);
        return RealServer.start(
                "mitmproxy",
                (port, folder) -> List.of(
                        "mitmdump",
                        "--quiet",
                        "--set",
                        "confdir=conf",
                        "--set",
                        "refuse=" + REFUSED,
                        "--set",
                        "record=" + RealServer.LOG,
                        "--mode",
                        "reverse:http://127.0.0.1:" + api.getPort(),
                        "--listen-host",
                        "127.0.0.1",
                        "--listen-port",
                        Integer.toString(port),
                        "--scripts",
                        RealServer.FILES.resolve("refusing_proxy.py").toString()));
    }

    @AfterAll
    void stopApi() {
        api.close();
    }

    @ParameterizedTest(name = "{0}, HTTP/2: {1}")
    @MethodSource("paths")
    void aPostArrivesOnceAndWhole(Path path, boolean http2) throws Exception {
        String key = newKey();
        ApiRequest request = post(ApiRequest.Kind.STRING, TEXT).with(RealServer.KEY, key);

        List<AnsweredRequest> requests = call(key, path, setup(http2), Headway.builder(), client -> {
            Result result = client.call(request, url(http2));

            assertThat(result.status()).isEqualTo(200);
            assertThat(result.body()).isEqualTo(TEXT);
            assertThat(result.http2()).isEqualTo(http2);
        });

        assertThat(requests).extracting(AnsweredRequest::status).containsExactly(429, 200);
        RequestChecks.that(requests).neverEarly();
        assertThat(came).filteredOn(key::equals).hasSize(1);
    }

    @ParameterizedTest(name = "{0}, HTTP/2: {1}")
    @MethodSource("paths")
    void allCallsAtOnceGetThrough(Path path, boolean http2) throws Exception {
        String key = newKey();

        List<AnsweredRequest> requests = call(
                key,
                path,
                setup(http2),
                Headway.builder(),
                client -> callAtOnce(CALLS, client, request(key), url(http2)));

        assertThat(accepted(requests)).isEqualTo(CALLS);
        assertThat(refused(requests)).isEqualTo(REFUSED);
        assertThat(came).filteredOn(key::equals).hasSize(CALLS);
    }

    /** mitmproxy finds out by itself that a client speaks TLS. */
    private URI url(boolean http2) {
        URI plain = server().url("/");
        return http2 ? URI.create(plain.toString().replace("http:", "https:")) : plain;
    }

    /** Trusts the authority that mitmproxy has made for itself. */
    private Setup setup(boolean http2) throws Exception {
        if (!http2) {
            return Setup.PLAIN;
        }
        String authority = Files.readString(server().folder().resolve("conf/mitmproxy-ca-cert.pem"), UTF_8);
        HandshakeCertificates trusted = new HandshakeCertificates.Builder()
                .addTrustedCertificate(Certificates.decodeCertificatePem(authority))
                .build();
        return Setup.http2(new Setup.Tls(trusted.sslContext(), trusted.trustManager()));
    }
}
