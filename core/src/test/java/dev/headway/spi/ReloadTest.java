package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayApis;
import dev.headway.HeadwayConfig;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Other settings from a file, while calls wait and are on their way. */
class ReloadTest {

    private final VirtualTime time = new VirtualTime();

    private HeadwayApis apis(String settings) {
        return HeadwayApis.of(
                config(settings), (name, builder) -> builder.time(time).random(new SplittableRandom(1)));
    }

    private static HeadwayConfig config(String settings) {
        return HeadwayConfig.parse("{\"apis\": {\"api\": {" + settings + "}}}");
    }

    private static Execution begin(Headway headway) {
        return headway.begin(Facts.of("GET"));
    }

    @Test
    void whoWaitsGoesAtTheNewRate() {
        HeadwayApis apis = apis("\"limits\": \"1/h\"");
        Headway headway = apis.named("api");
        assertThat(begin(headway).next()).isInstanceOf(Step.Send.class);
        apis.reload(config("\"limits\": \"1/h\", \"retry\": {\"maxElapsed\": \"2h\"}"));
        Execution waiting = begin(headway);
        Step.Await await = (Step.Await) waiting.next();

        apis.reload(config("\"limits\": \"5/h\""));

        assertThat(await.stage().toCompletableFuture()).isDone();
        assertThat(waiting.next()).isInstanceOf(Step.Send.class);
    }

    @Test
    void pauseIsNotLost() {
        HeadwayApis apis = apis("\"limits\": \"100/s\"");
        Headway headway = apis.named("api");
        Execution refused = begin(headway);
        assertThat(refused.next()).isInstanceOf(Step.Send.class);
        refused.record(Answers.status(429, "Retry-After", "10"));

        apis.reload(config("\"limits\": \"200/s\", \"maxWait\": \"1m\""));

        Execution waiting = begin(headway);
        assertThat(waiting.next()).isInstanceOf(Step.Await.class);
        time.advance(Duration.ofSeconds(11));
        assertThat(waiting.next()).isInstanceOf(Step.Send.class);
    }

    @Test
    void callsThatHaveBegunGoOnAsTheyBegan() {
        HeadwayApis apis = apis("\"limits\": \"100/s\"");
        Headway headway = apis.named("api");
        Execution before = begin(headway);
        assertThat(before.next()).isInstanceOf(Step.Send.class);

        apis.reload(config("\"limits\": \"100/s\", \"retry\": {\"preset\": \"none\"}"));
        before.record(Answers.status(500));
        Execution after = begin(headway);
        assertThat(after.next()).isInstanceOf(Step.Send.class);
        after.record(Answers.status(500));

        assertThat(before.next()).isInstanceOf(Step.Wait.class);
        assertThat(after.next()).isInstanceOf(Step.Return.class);
    }

    @Test
    void callsThatBeginAfterwardsFailInsteadOfWaiting() {
        HeadwayApis apis = apis("\"limits\": \"1/h\", \"onLimit\": \"wait\"");
        Headway headway = apis.named("api");
        assertThat(begin(headway).next()).isInstanceOf(Step.Send.class);

        apis.reload(config("\"limits\": \"1/h\", \"onLimit\": \"fail\""));

        assertThat(begin(headway).next()).isEqualTo(new Step.GiveUp(GiveUpReason.LIMIT));
    }

    @Test
    void learnedPauseIsNotLost() {
        HeadwayApis apis = apis("\"retry\": {\"maxAttempts\": 3}");
        Headway headway = apis.named("api");
        Execution first = begin(headway);
        assertThat(first.next()).isInstanceOf(Step.Send.class);
        first.record(Answers.status(429, "Retry-After", "10"));

        apis.reload(config("\"retry\": {\"maxAttempts\": 2}"));

        assertThat(headway.retryPolicy().maxAttempts()).isEqualTo(2);
        assertThat(begin(headway).next()).isInstanceOf(Step.Await.class);
    }
}
