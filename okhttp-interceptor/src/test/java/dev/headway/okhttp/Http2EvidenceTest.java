package dev.headway.okhttp;

import static dev.headway.okhttp.Http2Script.ENHANCE_YOUR_CALM;
import static dev.headway.okhttp.Http2Script.INTERNAL_ERROR;
import static dev.headway.okhttp.Http2Script.REFUSED_STREAM;
import static dev.headway.okhttp.Http2Script.goAwayAfter;
import static dev.headway.okhttp.Http2Script.goAwayBefore;
import static dev.headway.okhttp.Http2Script.ok;
import static dev.headway.okhttp.Http2Script.reset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Headway;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What HTTP/2 says of a request that was not answered. */
class Http2EvidenceTest extends CallFactoryTest {

    private final OkHttpClient http2 =
            client.newBuilder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();

    /** How Headway comes in. */
    enum Way {
        INTERCEPTOR {
            @Override
            Call.Factory over(OkHttpClient client, Headway headway) {
                return client.newBuilder()
                        .addInterceptor(HeadwayInterceptor.of(headway))
                        .build();
            }
        },
        FACTORY {
            @Override
            Call.Factory over(OkHttpClient client, Headway headway) {
                return HeadwayCallFactory.of(client, headway);
            }
        };

        abstract Call.Factory over(OkHttpClient client, Headway headway);
    }

    @ParameterizedTest
    @EnumSource
    void postOfARefusedStreamIsSentAgain(Way way) throws Exception {
        Http2Script server = scripted(reset(REFUSED_STREAM), ok());

        sentTwice(way, server);
    }

    @ParameterizedTest
    @EnumSource
    void postOfAStreamThatBrokeIsSentOnce(Way way) throws Exception {
        Http2Script server = scripted(reset(INTERNAL_ERROR), ok());

        assertThatThrownBy(() -> moving(way).newCall(post(server.url())).execute())
                .isInstanceOf(IOException.class)
                .hasMessage("stream was reset: INTERNAL_ERROR");
        assertThat(server.bodies()).containsExactly("text");
    }

    @ParameterizedTest
    @EnumSource
    void postThatTheServerWentAwayBeforeIsSentAgain(Way way) throws Exception {
        Http2Script server = scripted(goAwayBefore(), ok());

        sentTwice(way, server);
    }

    @ParameterizedTest
    @EnumSource
    void postThatTheServerWentAwayAfterIsSentOnce(Way way) throws Exception {
        Http2Script server = scripted(goAwayAfter(), ok());

        assertThatThrownBy(() -> moving(way).newCall(post(server.url())).execute())
                .isInstanceOf(IOException.class);
        assertThat(server.bodies()).containsExactly("text");
    }

    @Test
    void postOnAWarmConnectionIsSentOnceThroughTheFactory() throws Exception {
        for (Http2Script.Answer broken :
                List.of(reset(INTERNAL_ERROR), reset(ENHANCE_YOUR_CALM), reset(0), reset(8), goAwayAfter())) {
            Http2Script server = scripted(ok(), broken, ok());
            Call.Factory calls = moving(Way.FACTORY);
            calls.newCall(get(server.url())).execute().close();

            assertThatThrownBy(() -> calls.newCall(post(server.url())).execute())
                    .isInstanceOf(IOException.class);
            assertThat(server.bodies()).containsExactly("", "text");
        }
    }

    @Test
    void refusalOnAWarmConnectionIsAnAttemptOfItsOwnThroughTheFactory() throws Exception {
        Http2Script server = scripted(ok(), reset(REFUSED_STREAM), ok());
        Call.Factory calls = moving(Way.FACTORY);
        calls.newCall(get(server.url())).execute().close();

        try (Response response = calls.newCall(post(server.url())).execute()) {
            assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(2);
        }
        assertThat(server.bodies()).containsExactly("", "text", "text");
    }

    @ParameterizedTest
    @EnumSource
    void throttledStreamHoldsEverybodyBack(Way way) throws Exception {
        Http2Script server = scripted(reset(ENHANCE_YOUR_CALM), ok());
        Call.Factory calls = way.over(http2, headway());
        Heard throttled = enqueue(calls.newCall(get(server.url())));
        awaitWaiting(way, 1);
        Heard other = enqueue(calls.newCall(get(server.url())));
        awaitWaiting(way, 2);

        assertThat(server.bodies()).hasSize(1);
        assertThat(other.calls()).isEmpty();

        time.advance(Duration.ofMinutes(2));
        // Who goes second keeps a distance from when the first has really left.
        eventually(() -> {
            time.advance(Duration.ofSeconds(1));
            return !throttled.calls().isEmpty() && !other.calls().isEmpty();
        });
        assertThat(throttled.response().code()).isEqualTo(200);
        assertThat(other.response().code()).isEqualTo(200);
        throttled.response().close();
        other.response().close();
        assertThat(server.bodies()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void throttledPostIsNotSentAgainButHoldsEverybodyBack(Way way) throws Exception {
        Http2Script server = scripted(reset(ENHANCE_YOUR_CALM), ok());
        Call.Factory calls = way.over(http2, headway());

        assertThatThrownBy(() -> calls.newCall(post(server.url())).execute())
                .hasMessage("stream was reset: ENHANCE_YOUR_CALM");
        Heard other = enqueue(calls.newCall(get(server.url())));
        eventually(() -> time.pending() > 0);
        assertThat(server.bodies()).hasSize(1);

        time.advance(Duration.ofMinutes(2));
        other.response().close();
        assertThat(server.bodies()).hasSize(2);
    }

    private void awaitWaiting(Way way, int calls) throws InterruptedException {
        if (way == Way.INTERCEPTOR) {
            time.awaitParked(calls);
        } else {
            time.awaitTasks(calls);
        }
    }

    private void sentTwice(Way way, Http2Script server) throws IOException {
        try (Response response = moving(way).newCall(post(server.url())).execute()) {
            assertThat(response.code()).isEqualTo(200);
            // Below 5 the client sends it again itself, unseen by an interceptor.
            boolean seen = way == Way.FACTORY || OkHttpFeatures.SINCE_5;
            assertThat(HeadwayInterceptor.trace(response).attempts()).hasSize(seen ? 2 : 1);
        }
        assertThat(server.bodies()).containsExactly("text", "text");
    }

    private Call.Factory moving(Way way) {
        return way.over(http2, Headway.builder().time(VirtualTime.automatic()).build());
    }

    private Http2Script scripted(Http2Script.Answer... answers) throws IOException {
        Http2Script server = new Http2Script(answers);
        closes(server);
        return server;
    }
}
