package dev.headway.jdk;

import static dev.headway.jdk.Fixture.BROKEN;
import static dev.headway.jdk.Fixture.BUSY;
import static dev.headway.jdk.Fixture.OK;
import static dev.headway.jdk.Fixture.get;
import static dev.headway.jdk.Fixture.plain;
import static dev.headway.jdk.Fixture.policy;
import static dev.headway.jdk.Fixture.post;
import static dev.headway.jdk.Fixture.statuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.RetryPolicy;
import dev.headway.testkit.ScriptedServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HeadwayHttpClientTest {

    @RegisterExtension
    final Fixture with = new Fixture();

    // ---- the usual way

    @ParameterizedTest
    @EnumSource
    void refusedCallIsSentAgainAndItsResponseHandedOver(Way way) throws Exception {
        ScriptedServer server = with.server(BUSY, OK);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("ok");
        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(server.targets()).containsExactly("GET /", "GET /");
    }

    @ParameterizedTest
    @EnumSource
    void responseOfACallThatIsNeitherDelayedNorRepeatedIsTheClientsOwn(Way way) throws Exception {
        ScriptedServer server = with.server(OK);
        HttpResponse<String> own = plain().send(get(server), BodyHandlers.ofString());

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(response).hasSameClassAs(own);
        assertThat(statuses(response)).containsExactly(200);
        assertThat(HeadwayHttpClient.trace(response).gaveUp()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void exhaustedCallHandsOverItsLastResponseWithABodyToRead(Way way) throws Exception {
        ScriptedServer server = with.server(BROKEN);

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("broken");
        assertThat(statuses(response)).containsExactly(500, 500, 500);
        assertThat(HeadwayHttpClient.trace(response).gaveUp()).hasValue(GiveUpReason.ATTEMPTS);
        assertThat(server.targets()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void errorThatMayNotBeRepeatedIsHandedOver(Way way) throws Exception {
        ScriptedServer server = with.server(BROKEN);

        HttpResponse<String> response = way.call(with.client(), post(server), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("broken");
        assertThat(HeadwayHttpClient.trace(response).gaveUp()).hasValue(GiveUpReason.NOT_IDEMPOTENT);
        assertThat(server.targets()).containsExactly("POST /");
    }

    @ParameterizedTest
    @EnumSource
    void errorThatNobodyRepeatsIsNoGiveUp(Way way) throws Exception {
        ScriptedServer server = with.server(ScriptedServer.status(404, "no such thing"));

        HttpResponse<String> response = way.call(with.client(), get(server), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("no such thing");
        assertThat(statuses(response)).containsExactly(404);
        assertThat(HeadwayHttpClient.trace(response).gaveUp()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void failureIsTheClientsOwnWithTheTraceSuppressed(Way way) throws Exception {
        HttpRequest request = get(URI.create("http://127.0.0.1:" + with.closedPort() + "/"));
        HeadwayHttpClient client = with.client();

        assertThatThrownBy(() -> way.call(client, request, BodyHandlers.ofString()))
                .isExactlyInstanceOf(ConnectException.class)
                .satisfies(
                        failure -> assertThat(Fixture.trace(failure).attempts()).hasSize(3));
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatBreaksOffWhileItIsDeliveredFailsTheCallWithTheTrace(Way way) throws Exception {
        ScriptedServer.Answer truncated = socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\nabc");
            socket.close();
        };
        ScriptedServer server = with.server(truncated);
        HeadwayHttpClient client = with.client();

        assertThatThrownBy(() -> way.call(client, get(server), BodyHandlers.ofString()))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("fixed content-length: 100, bytes received: 3")
                .satisfies(
                        failure -> assertThat(Fixture.trace(failure).attempts()).hasSize(1));
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatBreaksOffAfterTheHandlerWasAskedIsNotRepeated(Way way) throws Exception {
        ScriptedServer.Answer truncated = socket -> {
            ScriptedServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
            socket.close();
        };
        ScriptedServer server = with.server(truncated, OK);
        HeadwayHttpClient client = with.client();

        assertThatThrownBy(() -> way.call(client, get(server), BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void viewFollowsAPolicyOfItsOwn(Way way) throws Exception {
        ScriptedServer server = with.server(BUSY, OK);

        HttpResponse<String> response =
                way.call(with.client().with(RetryPolicy.none()), get(server), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).isEqualTo("busy");
        assertThat(HeadwayHttpClient.trace(response).gaveUp()).isEmpty();
        assertThat(server.targets()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void viewForIdempotentCallsSendsAPostAgain(Way way) throws Exception {
        ScriptedServer server = with.server(BROKEN, OK);
        HttpClient view = with.client().with(policy(2).forIdempotentCall());

        HttpResponse<String> response = way.call(view, post(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(500, 200);
        assertThat(server.received()).extracting(ScriptedServer.Received::body).containsExactly("text", "text");
    }

    // ---- what is sent

    @ParameterizedTest
    @EnumSource
    void everyAttemptIsTheCallersRequest(Way way) throws Exception {
        ScriptedServer server = with.server(BUSY, OK);
        HttpRequest request = HttpRequest.newBuilder(server.uri("/path?q=1"))
                .header("X-Two", "a")
                .header("X-Two", "b")
                .PUT(BodyPublishers.ofString("text"))
                .build();

        HttpResponse<String> response = way.call(with.client(), request, BodyHandlers.ofString());

        assertThat(server.received()).hasSize(2).allSatisfy(received -> {
            assertThat(received.method()).isEqualTo("PUT");
            assertThat(received.target()).isEqualTo("/path?q=1");
            assertThat(received.headers()).containsEntry("x-two", "b").containsEntry("content-length", "4");
            assertThat(received.body()).isEqualTo("text");
        });
        assertThat(response.request().headers().allValues("X-Two")).containsExactly("a", "b");
        assertThat(response.request().method()).isEqualTo("PUT");
    }

    @ParameterizedTest
    @EnumSource
    void responseShowsAllThatTheClientsDoes(Way way) throws Exception {
        ScriptedServer server = with.server(
                BUSY, ScriptedServer.status(302, "", "Location: /moved"), ScriptedServer.status(200, "ok", "X-H: h"));
        HttpClient client = with.wrap(plain(HttpClient.Redirect.NORMAL));

        HttpResponse<String> response = way.call(client, get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
        assertThat(response.uri()).isEqualTo(server.uri("/moved"));
        assertThat(response.request().uri()).isEqualTo(server.uri("/moved"));
        assertThat(response.previousResponse()).hasValueSatisfying(previous -> {
            assertThat(previous.statusCode()).isEqualTo(302);
            assertThat(previous.body()).isNull();
        });
        assertThat(response.headers().firstValue("x-h")).hasValue("h");
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.sslSession()).isEmpty();
        assertThat(response.toString()).isEqualTo("(GET " + server.uri("/moved") + ") 200");
    }

    @ParameterizedTest
    @EnumSource
    void traceOfAResponseThatNeverPassedHeadwayIsOneAttempt(Way way) throws Exception {
        ScriptedServer server = with.server(BUSY);

        assertThat(statuses(way.call(plain(), get(server), BodyHandlers.ofString())))
                .containsExactly(429);
    }

    // ---- misuse

    @Test
    void clientThatIsWrappedAlreadyIsRefused() {
        HeadwayHttpClient once = HeadwayHttpClient.wrap(plain(), Headway.create());

        assertThatIllegalArgumentException().isThrownBy(() -> HeadwayHttpClient.wrap(once, Headway.create()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeadwayHttpClient.wrap(once.with(RetryPolicy.none()), Headway.create()));
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("NullAway") // on purpose
    void nullIsRefusedBeforeAnythingIsSent(Way way) throws Exception {
        ScriptedServer server = with.server(OK);
        HeadwayHttpClient client = with.client();

        assertThatNullPointerException().isThrownBy(() -> way.call(client, get(server), null));
        assertThatNullPointerException().isThrownBy(() -> way.call(client, null, BodyHandlers.ofString()));
        assertThat(server.targets()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void secondLayerWithinAForwardingClientDoesNothing(Way way) throws Exception {
        ScriptedServer server = with.server(BROKEN);
        HttpClient twice = with.wrap(new ForwardingHttpClient(with.client()));

        HttpResponse<String> response = way.call(twice, get(server), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("broken");
        assertThat(statuses(response)).containsExactly(500, 500, 500);
        assertThat(server.targets()).hasSize(3);
    }

    /** The forwarding client hides the outer layer, so that both act; the bodies must not be confused. */
    @ParameterizedTest
    @EnumSource
    void twoLayersThatCanNotSeeEachOtherHandTheLastResponseOver(Way way) throws Exception {
        ScriptedServer server = with.server(BROKEN);
        HttpClient twice = with.wrap(new ForwardingHttpClient(with.client()) {
            @Override
            <T> HttpResponse.BodyHandler<T> adapt(HttpResponse.BodyHandler<T> handler) {
                return info -> {
                    HttpResponse.BodySubscriber<T> subscriber = handler.apply(info);
                    return subscriber;
                };
            }
        });

        HttpResponse<String> response = way.call(twice, get(server), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("broken");
        assertThat(statuses(response)).containsExactly(500, 500, 500);
        assertThat(server.targets()).hasSize(9);
    }

    @ParameterizedTest
    @EnumSource
    void listenerThatThrowsHarmsNoCall(Way way) throws Exception {
        ScriptedServer server = with.server(BUSY, OK);
        Headway headway = Headway.builder()
                .time(with.moving())
                .listener(new HeadwayListener() {
                    @Override
                    public void attempt(AttemptEvent event) {
                        throw new IllegalStateException("listener");
                    }
                })
                .build();

        HttpResponse<String> response =
                way.call(HeadwayHttpClient.wrap(plain(), headway), get(server), BodyHandlers.ofString());

        assertThat(statuses(response)).containsExactly(429, 200);
    }
}
