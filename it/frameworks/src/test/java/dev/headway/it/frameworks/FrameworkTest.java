package dev.headway.it.frameworks;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.okhttp.HeadwayInterceptor;
import java.util.List;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Timeout;

/** A server that refuses, and a Headway for which time jumps. */
@Timeout(60)
abstract class FrameworkTest {

    static final int REFUSED = 429;
    static final int FORBIDDEN = 403;
    static final int BROKEN = 503;
    static final String JSON = "application/json";

    @StartStop
    final MockWebServer server = new MockWebServer();

    private final Heard heard = new Heard();

    final Headway headway =
            Headway.builder().time(new JumpingTime()).listener(heard).build();

    final OkHttpClient okHttpClient() {
        return new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(headway))
                .build();
    }

    /** Refuses the first request. */
    final void refuseThenAnswer(String contentType, String body) {
        refuseThen(new MockResponse.Builder()
                .addHeader("Content-Type", contentType)
                .body(body)
                .build());
    }

    /** Refuses the first request. */
    final void refuseThen(MockResponse answer) {
        server.enqueue(refusal(REFUSED));
        server.enqueue(answer);
    }

    /** Answers nothing but this; a 503 does not say that the server did nothing. */
    final void answerAlways(int status) {
        MockResponse answer =
                status == BROKEN ? new MockResponse.Builder().code(status).build() : refusal(status);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer;
            }
        });
    }

    private static MockResponse refusal(int status) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "1")
                .body("busy")
                .build();
    }

    /** The server's address, with a slash at its end. */
    final String url() {
        return server.url("/").toString();
    }

    final String bodyOfNextRequest() throws InterruptedException {
        var body = server.takeRequest().getBody();
        return body == null ? "" : body.utf8();
    }

    /** Two requests have come, and both were attempts of one call. */
    final void assertSentAgainByHeadway() {
        assertAttempts(List.of(REFUSED, 200));
    }

    /** As many requests have come as Headway sends for one call, and no second call was made. */
    final void assertSentByHeadwayAlone(int status) {
        assertAttempts(nCopies(RetryPolicy.standard().maxAttempts(), status));
    }

    final void assertSentOnce(int status) {
        assertAttempts(nCopies(1, status));
    }

    /** Requests have come that Headway does not know of. */
    final void assertLeftOut(int requests) {
        assertThat(heard.statuses()).isEmpty();
        assertThat(server.getRequestCount()).isEqualTo(requests);
    }

    private void assertAttempts(List<Integer> statuses) {
        assertThat(heard.statuses()).as("attempts of %s", heard.calls()).isEqualTo(statuses);
        assertThat(heard.calls()).hasSize(1);
        assertThat(server.getRequestCount()).isEqualTo(statuses.size());
    }
}
