package dev.headway.okhttp;

import static dev.headway.testkit.ScriptedServer.status;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.CallTrace;
import dev.headway.CallTraceException;
import dev.headway.testkit.ScriptedServer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that may not be there, or not be wanted, when the request is sent again. */
class ResentBodiesTest extends CallFactoryTest {

    private static final MediaType TEXT = MediaType.get("text/plain");

    @Test
    void fileThatVanishedWhileTheCallWaitedFailsItAndTheTraceTellsOfTheRefusal(@TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("body.txt"), "text");
        ScriptedServer server = server(
                socket -> {
                    Files.delete(file);
                    BUSY.to(socket);
                },
                OK);
        Request request = get(server)
                .newBuilder()
                .post(RequestBody.create(file.toFile(), TEXT))
                .build();

        // The 429 had to be closed for the second attempt, so it can not come back: its status and time are in the
        // trace.
        assertThatThrownBy(() -> moving(client).newCall(request).execute())
                .isInstanceOf(FileNotFoundException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .filteredOn(CallTraceException.class::isInstance)
                        .singleElement()
                        .satisfies(trace -> {
                            CallTrace told = ((CallTraceException) trace).trace();
                            assertThat(told.attempts()).hasSize(2);
                            assertThat(told.attempts().get(0).status()).hasValue(429);
                            assertThat(told.attempts().get(1).failure()).isInstanceOf(FileNotFoundException.class);
                        }));
        assertThat(server.received())
                .filteredOn(received -> received.body().equals("text"))
                .hasSize(1);
    }

    @Test
    void bodyThatTheServerDidNotAskForIsNotWritten() throws Exception {
        AtomicInteger written = new AtomicInteger();
        ScriptedServer server = server(BUSY, socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 100 Continue\r\n\r\n");
            String body = new String(socket.getInputStream().readNBytes(4), ISO_8859_1);
            status(200, "got " + body).to(socket);
        });
        Request request = get(server)
                .newBuilder()
                .header("Expect", "100-continue")
                .post(new RequestBody() {
                    @Override
                    public MediaType contentType() {
                        return TEXT;
                    }

                    @Override
                    public long contentLength() {
                        return 4;
                    }

                    @Override
                    public void writeTo(BufferedSink sink) throws IOException {
                        written.incrementAndGet();
                        sink.writeUtf8("text");
                    }
                })
                .build();

        try (Response response = moving(client).newCall(request).execute()) {
            assertThat(response.body().string()).isEqualTo("got text");
            assertThat(HeadwayInterceptor.trace(response).attempts())
                    .extracting(attempt -> attempt.status().orElse(0))
                    .containsExactly(429, 200);
        }
        assertThat(written).hasValue(1);
    }

    @Test
    void oneShotBodyIsSentOnce() throws Exception {
        sentOnce(new OneShot());
    }

    @Test
    void multipartWithAOneShotPartIsSentOnce() throws Exception {
        sentOnce(new MultipartBody.Builder()
                .addPart(RequestBody.create("text", TEXT))
                .addPart(new OneShot())
                .build());
    }

    private void sentOnce(RequestBody body) throws Exception {
        ScriptedServer server = server(BUSY, OK);

        try (Response response = moving(client)
                .newCall(get(server).newBuilder().post(body).build())
                .execute()) {
            assertThat(response.code()).isEqualTo(429);
            assertThat(response.body().string()).isEqualTo("busy");
        }
        assertThat(server.targets()).hasSize(1);
    }

    private static final class OneShot extends RequestBody {

        @Override
        public MediaType contentType() {
            return TEXT;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeUtf8("once");
        }
    }
}
