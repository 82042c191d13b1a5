package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.util.Context;
import dev.headway.jdk.HeadwayHttpClient;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pipeline of an Azure client has a policy that repeats three times, POST as well. */
class AzureTest extends FrameworkTest {

    private static final Duration WAIT = Duration.ofSeconds(30);

    enum Way {
        OKHTTP,
        JDK
    }

    private HttpPipeline pipeline(Way way) {
        HttpPipelineBuilder pipeline = new HttpPipelineBuilder()
                // What retryOptions(…) of a service's client builder puts there.
                .policies(new RetryPolicy(new RetryOptions(new FixedDelayOptions(0, Duration.ofSeconds(1)))));
        return pipeline.httpClient(
                        switch (way) {
                            case OKHTTP -> new OkHttpAsyncHttpClientBuilder(okHttpClient()).build();
                            case JDK -> new JdkHttpClientBuilder(HeadwayHttpClient.newBuilder(headway)).build();
                        })
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void refusedCallIsSentAgain(Way way) {
        refuseThenAnswer(JSON, "[1]");

        try (HttpResponse response = pipeline(way).sendSync(get(), Context.NONE)) {
            assertThat(response.getBodyAsString().block(WAIT)).isEqualTo("[1]");
        }
        assertSentAgainByHeadway();
    }

    @ParameterizedTest
    @EnumSource
    void refusedAsynchronousCallIsSentAgain(Way way) {
        refuseThenAnswer(JSON, "[1]");

        String answer =
                pipeline(way).send(get()).flatMap(HttpResponse::getBodyAsString).block(WAIT);

        assertThat(answer).isEqualTo("[1]");
        assertSentAgainByHeadway();
    }

    /** Azure gives the JDK a publisher of its own for each body, of which Headway keeps what it gave. */
    @ParameterizedTest
    @EnumSource
    void refusedPostIsSentAgainWithItsBody(Way way) throws Exception {
        refuseThenAnswer(JSON, "{}");

        assertThat(statusOf(way, post())).isEqualTo(200);
        assertSentAgainByHeadway();
        assertThat(bodyOfNextRequest()).isEqualTo("{\"thing\":1}");
        assertThat(bodyOfNextRequest()).isEqualTo("{\"thing\":1}");
    }

    @ParameterizedTest
    @EnumSource
    void brokenPostIsSentOnce(Way way) {
        answerAlways(BROKEN);

        assertThat(statusOf(way, post())).isEqualTo(BROKEN);
        assertSentOnce(BROKEN);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyElseSendsAgain(Way way) {
        answerAlways(BROKEN);

        assertThat(statusOf(way, get())).isEqualTo(BROKEN);
        assertSentByHeadwayAlone(BROKEN);
    }

    private int statusOf(Way way, HttpRequest request) {
        try (HttpResponse response = pipeline(way).sendSync(request, Context.NONE)) {
            return response.getStatusCode();
        }
    }

    private HttpRequest get() {
        return new HttpRequest(HttpMethod.GET, url() + "things");
    }

    private HttpRequest post() {
        return new HttpRequest(HttpMethod.POST, url() + "things").setBody("{\"thing\":1}");
    }
}
