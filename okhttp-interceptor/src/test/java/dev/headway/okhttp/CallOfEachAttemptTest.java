package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headway.testkit.ScriptedServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is set on a call of the factory is set on the call of each attempt, as far as the version has it. */
class CallOfEachAttemptTest extends CallFactoryTest {

    private final List<Call> attempts = new CopyOnWriteArrayList<>();
    private final OkHttpClient watched = client.newBuilder()
            .addInterceptor(chain -> {
                attempts.add(chain.call());
                return chain.proceed(chain.request());
            })
            .build();

    @BeforeEach
    void tagsAreThere() {
        assumeTrue(OkHttpFeatures.SINCE_5_3);
    }

    @Test
    void tagsAreThoseOfEachAttempt() throws Exception {
        ScriptedServer server = server(BUSY, OK);
        Call call = moving(watched)
                .newCall(get(server).newBuilder().tag(Integer.class, 7).build());
        StringBuilder tag = call.tag(StringBuilder.class, StringBuilder::new);

        call.execute().close();

        assertThat(call.tag(StringBuilder.class)).isSameAs(tag);
        assertThat(call.tag(StringBuilder.class, StringBuilder::new)).isSameAs(tag);
        assertThat(call.tag(Integer.class)).isEqualTo(7);
        assertThat(call.tag(Long.class)).isNull();
        assertThat(attempts).hasSize(2).allSatisfy(attempt -> {
            assertThat(attempt.tag(StringBuilder.class)).isSameAs(tag);
            assertThat(attempt.tag(Integer.class)).isEqualTo(7);
        });
    }

    @Test
    void listenersHearEachAttempt() throws Exception {
        assumeTrue(OkHttpFeatures.SINCE_5_4);
        ScriptedServer server = server(BUSY, OK);
        Starts starts = new Starts();
        Call call = moving(watched).newCall(get(server));
        call.addEventListener(starts);

        call.execute().close();

        assertThat(starts.heard).isEqualTo(attempts).hasSize(2);
    }

    @Test
    void listenerThatIsAddedDuringAnAttemptHearsOfItAtOnce() throws Exception {
        assumeTrue(OkHttpFeatures.SINCE_5_4);
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch added = new CountDownLatch(1);
        ScriptedServer server = server(
                socket -> {
                    arrived.countDown();
                    added.await();
                    BUSY.to(socket);
                },
                OK);
        Ends ends = new Ends();
        Call call = factory(watched).newCall(get(server));
        Heard heard = enqueue(call);
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();

        call.addEventListener(ends);
        added.countDown();
        passTheWait(server);

        try (Response response = heard.response()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        eventually(() -> ends.heard.size() == 2);
        assertThat(ends.heard).isEqualTo(attempts);
    }

    private static final class Starts extends EventListener {

        final List<Call> heard = new CopyOnWriteArrayList<>();

        @Override
        public void callStart(Call call) {
            heard.add(call);
        }
    }

    private static final class Ends extends EventListener {

        final List<Call> heard = new CopyOnWriteArrayList<>();

        @Override
        public void callEnd(Call call) {
            heard.add(call);
        }
    }
}
