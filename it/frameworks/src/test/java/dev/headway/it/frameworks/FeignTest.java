package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.headway.jdk.HeadwayHttpClient;
import feign.Client;
import feign.Feign;
import feign.FeignException;
import feign.RequestLine;
import feign.Retryer;
import feign.http2client.Http2Client;
import feign.okhttp.OkHttpClient;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Feign repeats, five times in all, what fails or is answered with a Retry-After. */
class FeignTest extends FrameworkTest {

    interface Things {

        @RequestLine("GET /things")
        String all();

        @RequestLine("POST /things")
        String add(String thing);
    }

    enum Way {
        OKHTTP,
        JDK
    }

    private Things things(Way way) {
        return things(
                switch (way) {
                    case OKHTTP -> new OkHttpClient(okHttpClient());
                    case JDK -> new Http2Client(HeadwayHttpClient.wrap(asFeignWantsIt(), headway));
                });
    }

    private Things things(Client client) {
        return Feign.builder()
                .client(client)
                .retryer(Retryer.NEVER_RETRY)
                .target(Things.class, server.url("").toString());
    }

    /** Feign makes a client of its own where the one that it is given differs from its options in one of these. */
    private static HttpClient asFeignWantsIt() {
        return HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(Redirect.ALWAYS)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void refusedCallIsSentAgain(Way way) {
        refuseThenAnswer(JSON, "[1]");

        assertThat(things(way).all()).isEqualTo("[1]");
        assertSentAgainByHeadway();
    }

    @ParameterizedTest
    @EnumSource
    void refusedPostIsSentAgainWithItsBody(Way way) throws Exception {
        refuseThenAnswer(JSON, "{}");

        assertThat(things(way).add("{\"thing\":1}")).isEqualTo("{}");
        assertSentAgainByHeadway();
        assertThat(bodyOfNextRequest()).isEqualTo("{\"thing\":1}");
        assertThat(bodyOfNextRequest()).isEqualTo("{\"thing\":1}");
    }

    @ParameterizedTest
    @EnumSource
    void nobodyElseSendsAgain(Way way) {
        answerAlways(REFUSED);
        Things things = things(way);

        assertThatExceptionOfType(FeignException.class)
                .isThrownBy(things::all)
                .satisfies(thrown -> assertThat(thrown.status()).isEqualTo(REFUSED));
        assertSentByHeadwayAlone(REFUSED);
    }

    @Test
    void clientThatDiffersFromTheOptionsIsLeftOut() {
        answerAlways(REFUSED);
        Things things = things(new Http2Client(HeadwayHttpClient.wrap(HttpClient.newHttpClient(), headway)));

        assertThatExceptionOfType(FeignException.class).isThrownBy(things::all);
        assertLeftOut(1);
    }
}
