package dev.headway.it.comingfrom;

import static dev.headway.testkit.ScriptedServer.status;

import dev.headway.Headway;
import dev.headway.okhttp.HeadwayInterceptor;
import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** What the lines come to that somebody writes who knows another library: real requests, and waits on virtual time. */
abstract class Origin {

    static final ScriptedServer.Answer OK = status(200, "ok");
    static final ScriptedServer.Answer REFUSED = status(429, "slow down");

    final VirtualTime time = VirtualTime.automatic();

    /**
     * What came of a call.
     *
     * @param status that of the last response
     * @param took from its beginning to its end
     * @param received each attempt, as the server saw it
     */
    record Sent(int status, Duration took, List<ScriptedServer.Received> received) {

        int attempts() {
            return received.size();
        }
    }

    Sent get(Headway.Builder api, ScriptedServer.Answer... script) throws IOException {
        return send(api, new Request.Builder(), script);
    }

    Sent send(Headway.Builder api, Request.Builder request, ScriptedServer.Answer... script) throws IOException {
        Headway headway = api.time(time).build();
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(headway))
                .build();
        Duration before = time.elapsed();
        try (ScriptedServer server = new ScriptedServer(script);
                Response response = client.newCall(
                                request.url(server.uri("/").toString()).build())
                        .execute()) {
            return new Sent(response.code(), time.elapsed().minus(before), server.received());
        } finally {
            client.connectionPool().evictAll();
        }
    }

    static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    static ScriptedServer.Answer error(int status, String code) {
        return status(status, "{\"code\": \"" + code + "\"}", "Content-Type: application/json");
    }
}
