package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.okhttp.HeadwayCallFactory;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import okio.BufferedSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OkHttp's event sources have no retry of their own. */
class EventSourceTest extends FrameworkTest {

    enum Way {
        INTERCEPTOR,
        CALL_FACTORY
    }

    private Call.Factory calls(Way way) {
        return switch (way) {
            case INTERCEPTOR -> okHttpClient();
            case CALL_FACTORY -> HeadwayCallFactory.of(new OkHttpClient(), headway);
        };
    }

    @ParameterizedTest
    @EnumSource
    void refusedStreamIsOpenedAgainAndComesEventByEvent(Way way) throws Exception {
        CountDownLatch firstHasCome = new CountDownLatch(1);
        refuseThen(stream(firstHasCome));
        Events events = new Events();

        open(way, events);

        assertThat(events.next()).isEqualTo("open");
        assertThat(events.next()).isEqualTo("first");
        firstHasCome.countDown();
        assertThat(events.next()).isEqualTo("second");
        assertThat(events.next()).isEqualTo("closed");
        assertSentAgainByHeadway();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyElseSendsAgain(Way way) throws Exception {
        answerAlways(BROKEN);
        Events events = new Events();

        open(way, events);

        assertThat(events.next()).isEqualTo("failed with 503");
        assertSentByHeadwayAlone(BROKEN);
    }

    private void open(Way way, Events events) {
        EventSources.createFactory(calls(way))
                .newEventSource(new Request.Builder().url(url()).build(), events);
    }

    /** The second event is not sent before the first has been read. */
    private static MockResponse stream(CountDownLatch firstHasCome) {
        return new MockResponse.Builder()
                .removeHeader("Content-Length")
                .addHeader("Content-Type", "text/event-stream")
                .socketHandler(socket -> {
                    try (BufferedSink sink = Okio.buffer(socket.getSink())) {
                        sink.writeUtf8("data: first\n\n").flush();
                        assertThat(firstHasCome.await(30, TimeUnit.SECONDS)).isTrue();
                        sink.writeUtf8("data: second\n\n").flush();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .build();
    }

    private static final class Events extends EventSourceListener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Nullable String next() throws InterruptedException {
            return heard.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public void onOpen(EventSource source, Response response) {
            heard.add("open");
        }

        @Override
        public void onEvent(EventSource source, @Nullable String id, @Nullable String type, String data) {
            heard.add(data);
        }

        @Override
        public void onClosed(EventSource source) {
            heard.add("closed");
        }

        @Override
        public void onFailure(EventSource source, @Nullable Throwable thrown, @Nullable Response response) {
            heard.add("failed with " + (response == null ? thrown : response.code()));
        }
    }
}
