package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.InternalServerException;
import com.openai.errors.RateLimitException;
import com.openai.models.ChatModel;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The OpenAI SDK repeats twice by itself, POST as well. */
class OpenAiTest extends FrameworkTest {

    static final String COMPLETION = """
            {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [
              {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hello", "refusal": null}}
            ]}
            """;

    private static final ChatCompletionCreateParams PARAMS = ChatCompletionCreateParams.builder()
            .model(ChatModel.of("m"))
            .addUserMessage("hi")
            .build();

    private OpenAIClient client() {
        return OpenAIOkHttpClient.builder()
                .okHttpClient(okHttpClient())
                .maxRetries(0)
                .baseUrl(url())
                .apiKey("key")
                .build();
    }

    @Test
    void refusedCallIsSentAgain() {
        refuseThenAnswer(JSON, COMPLETION);

        assertThat(content(client().chat().completions().create(PARAMS))).isEqualTo("hello");
        assertSentAgainByHeadway();
    }

    @Test
    void refusedAsynchronousCallIsSentAgain() throws Exception {
        refuseThenAnswer(JSON, COMPLETION);

        ChatCompletion answer =
                client().async().chat().completions().create(PARAMS).get(30, TimeUnit.SECONDS);

        assertThat(content(answer)).isEqualTo("hello");
        assertSentAgainByHeadway();
    }

    @Test
    void nobodyElseSendsARefusedCallAgain() {
        answerAlways(REFUSED);
        OpenAIClient client = client();

        assertThatExceptionOfType(RateLimitException.class)
                .isThrownBy(() -> client.chat().completions().create(PARAMS));
        assertSentByHeadwayAlone(REFUSED);
    }

    @Test
    void nobodyElseSendsAFailedCallAgain() {
        answerAlways(BROKEN);
        OpenAIClient client = client();

        assertThatExceptionOfType(InternalServerException.class)
                .isThrownBy(() -> client.models().list());
        assertSentByHeadwayAlone(BROKEN);
    }

    private static String content(ChatCompletion completion) {
        return completion.choices().get(0).message().content().orElseThrow();
    }
}
