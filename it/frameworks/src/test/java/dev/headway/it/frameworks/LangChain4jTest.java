package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.headway.jdk.HeadwayHttpClient;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import org.junit.jupiter.api.Test;

/** LangChain4j's HTTP client has no retry of its own, but its models repeat twice. */
class LangChain4jTest extends FrameworkTest {

    private ChatModel model() {
        return OpenAiChatModel.builder()
                .httpClientBuilder(JdkHttpClient.builder().httpClientBuilder(HeadwayHttpClient.newBuilder(headway)))
                .maxRetries(0)
                .baseUrl(url())
                .apiKey("key")
                .modelName("m")
                .build();
    }

    @Test
    void refusedCallIsSentAgain() {
        refuseThenAnswer(JSON, OpenAiTest.COMPLETION);

        assertThat(model().chat("hi")).isEqualTo("hello");
        assertSentAgainByHeadway();
    }

    @Test
    void nobodyElseSendsAgain() {
        answerAlways(REFUSED);
        ChatModel model = model();

        assertThatExceptionOfType(RateLimitException.class).isThrownBy(() -> model.chat("hi"));
        assertSentByHeadwayAlone(REFUSED);
    }
}
