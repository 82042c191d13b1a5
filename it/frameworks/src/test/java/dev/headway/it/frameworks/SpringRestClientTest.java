package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.headway.jdk.HeadwayHttpClient;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;

/** Spring's RestClient has no retry of its own. */
class SpringRestClientTest extends FrameworkTest {

    private RestClient client() {
        HttpClient client = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), headway);
        return RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory(client))
                .baseUrl(url())
                .build();
    }

    @Test
    void refusedCallIsSentAgain() {
        refuseThenAnswer(JSON, "[1]");

        String answer = client().get().uri("things").retrieve().body(String.class);

        assertThat(answer).isEqualTo("[1]");
        assertSentAgainByHeadway();
    }

    /** Spring gives the JDK a publisher of its own for each body, of which Headway keeps what it gave. */
    @Test
    void refusedPostIsSentAgainWithItsBody() throws Exception {
        refuseThenAnswer(JSON, "[1]");

        assertThat(post().retrieve().body(String.class)).isEqualTo("[1]");
        assertSentAgainByHeadway();
        assertThat(bodyOfNextRequest()).isEqualTo("{\"thing\":1}");
        assertThat(bodyOfNextRequest()).isEqualTo("{\"thing\":1}");
    }

    @Test
    void brokenPostIsSentOnce() {
        answerAlways(BROKEN);
        RestClient.RequestBodySpec post = post();

        assertThatExceptionOfType(HttpServerErrorException.class)
                .isThrownBy(() -> post.retrieve().body(String.class));
        assertSentOnce(BROKEN);
    }

    private RestClient.RequestBodySpec post() {
        return client().post()
                .uri("things")
                .contentType(MediaType.APPLICATION_JSON)
                .body("{\"thing\":1}");
    }

    @Test
    void nobodyElseSendsAgain() {
        answerAlways(BROKEN);
        RestClient client = client();

        assertThatExceptionOfType(HttpServerErrorException.class)
                .isThrownBy(() -> client.get().uri("things").retrieve().body(String.class));
        assertSentByHeadwayAlone(BROKEN);
    }
}
