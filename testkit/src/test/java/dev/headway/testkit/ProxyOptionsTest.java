package dev.headway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Limit;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ProxyOptionsTest {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void makeAProxy() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.status(200, ""));
                FaultProxy proxy = ProxyOptions.parse(List.of(
                                "--to", server.uri("").toString(),
                                "--listen", "127.0.0.1:0",
                                "--rate", "1/h",
                                "--burst", "2",
                                "--counting", "token-bucket",
                                "--headers", "ratelimit_draft_08",
                                "--script", "503,ok"))
                        .start()) {
            assertThat(get(proxy.url("/")).statusCode()).isEqualTo(503);
            assertThat(get(proxy.url("/")).headers().firstValue("RateLimit-Policy"))
                    .contains("\"default\";q=2;w=7200");
            assertThat(get(proxy.url("/")).statusCode()).isEqualTo(200);
            assertThat(get(proxy.url("/")).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void makeRandomFaults() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.status(200, ""));
                FaultProxy proxy = ProxyOptions.parse(
                                List.of("--to", server.uri("").toString(), "--random", "1:500,503", "--seed", "7"))
                        .start()) {
            assertThat(get(proxy.url("/")).statusCode()).isIn(500, 503);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--to",
                "--to https://localhost",
                "--to http://localhost --rate 10",
                "--to http://localhost --rate x/s",
                "--to http://localhost --rate 10/d",
                "--to http://localhost --script nothing",
                "--to http://localhost --random 0.1",
                "--to http://localhost --random 0.1:503 --script ok",
                "--to http://localhost --headers nobodys",
                "--to http://localhost --listen x",
                "--to http://localhost --speed 1"
            })
    void whatCanNotBeUnderstoodIsRefused(String line) {
        List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));

        assertThatThrownBy(() -> ProxyOptions.parse(arguments)).isInstanceOf(IllegalArgumentException.class);
    }

    /** As its own process, with nothing on the class path but this module and the core. */
    @Test
    void aProxyRunsFromTheCommandLine() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.status(200, "passed"))) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            home(FaultProxy.class) + System.getProperty("path.separator") + home(Limit.class),
                            FaultProxy.class.getName(),
                            "--to",
                            server.uri("").toString(),
                            "--script",
                            "429:2s")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String first = out.readLine();
                assertThat(first).startsWith("Listening on http://127.0.0.1:").endsWith(" for " + server.uri(""));
                URI proxy = URI.create(first.split(" ", -1)[2]);

                assertThat(get(proxy).statusCode()).isEqualTo(429);
                assertThat(get(proxy).body()).isEqualTo("passed");

                assertThat(out.readLine()).endsWith(" s GET / 429");
                assertThat(out.readLine()).endsWith(" s GET / 200");
            } finally {
                process.destroyForcibly();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static String home(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private HttpResponse<String> get(URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
