package dev.headway.jdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedBodyTest {

    @TempDir
    Path folder;

    @Test
    void onlyTheClientsOwnThatRepeatAreReplayable() throws IOException {
        Path file = Files.writeString(folder.resolve("body"), "text");
        BodyPublisher text = BodyPublishers.ofString("text");

        assertThat(GuardedBody.replayable(text)).isTrue();
        assertThat(GuardedBody.replayable(BodyPublishers.ofByteArray(new byte[3])))
                .isTrue();
        assertThat(GuardedBody.replayable(BodyPublishers.ofByteArray(new byte[3], 1, 1)))
                .isTrue();
        assertThat(GuardedBody.replayable(BodyPublishers.ofFile(file))).isTrue();
        assertThat(GuardedBody.replayable(BodyPublishers.noBody())).isTrue();
        assertThat(GuardedBody.replayable(new GuardedBody(text))).isTrue();

        assertThat(GuardedBody.replayable(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3]))))
                .isFalse();
        assertThat(GuardedBody.replayable(BodyPublishers.ofByteArrays(List.of(new byte[3]))))
                .isFalse();
        assertThat(GuardedBody.replayable(BodyPublishers.fromPublisher(text))).isFalse();
        assertThat(GuardedBody.replayable(BodyPublishers.fromPublisher(text, 4)))
                .isFalse();
        assertThat(GuardedBody.replayable(BodyPublishers.concat(text, text))).isFalse();
        assertThat(GuardedBody.replayable(new GuardedBody(BodyPublishers.concat(text, text))))
                .isFalse();
    }

    @Test
    void lengthIsThatOfTheBody() {
        assertThat(new GuardedBody(BodyPublishers.ofString("text")).contentLength())
                .isEqualTo(4);
        assertThat(new GuardedBody(BodyPublishers.ofByteArrays(List.of(new byte[3]))).contentLength())
                .isEqualTo(-1);
    }

    @Test
    void eachSubscriptionCountsAndGetsTheBytes() {
        GuardedBody body = new GuardedBody(BodyPublishers.ofString("text"));
        assertThat(body.subscriptions()).isZero();

        assertThat(read(body)).isEqualTo("text complete");
        assertThat(read(body)).isEqualTo("text complete");
        assertThat(body.subscriptions()).isEqualTo(2);
    }

    @Test
    void shorterBodyThanBeforeIsAFailure() {
        assertThat(secondOf("text", "")).isEqualTo(" error it had 4 bytes the first time and has 0 now.");
        assertThat(secondOf("text", "tex")).isEqualTo("tex error it had 4 bytes the first time and has 3 now.");
    }

    @Test
    void longerBodyThanBeforeIsAFailure() {
        assertThat(secondOf("text", "texts")).isEqualTo("texts error it had 4 bytes the first time and has 5 now.");
        assertThat(secondOf("", "t")).isEqualTo("t error it had 0 bytes the first time and has 1 now.");
    }

    @Test
    void bodyThatWasNeverReadToItsEndProvesNothing() {
        Queue<String> contents = new ArrayDeque<>(List.of("text", "texts"));
        GuardedBody body = new GuardedBody(BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(requireNonNull(contents.poll()).getBytes(UTF_8))));
        body.subscribe(new Reader() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.cancel();
            }
        });

        assertThat(read(body)).endsWith("complete");
    }

    @Test
    void failureOfTheBodyPasses() {
        GuardedBody body = new GuardedBody(BodyPublishers.ofInputStream(() -> null));

        assertThat(read(body)).contains("error");
    }

    private static String secondOf(String first, String second) {
        Queue<String> contents = new ArrayDeque<>(List.of(first, second));
        GuardedBody body = new GuardedBody(BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(requireNonNull(contents.poll()).getBytes(UTF_8))));
        assertThat(read(body)).isEqualTo(first + " complete");
        return read(body).replace("The request body can not be sent again: ", "");
    }

    private static String read(BodyPublisher body) {
        Reader reader = new Reader();
        body.subscribe(reader);
        return reader.heard.toString();
    }

    private static class Reader implements Flow.Subscriber<ByteBuffer> {

        final StringBuilder heard = new StringBuilder();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer item) {
            heard.append(UTF_8.decode(item));
        }

        @Override
        public void onError(Throwable throwable) {
            heard.append(" error ").append(message(throwable));
        }

        private static @Nullable String message(Throwable throwable) {
            return throwable.getMessage();
        }

        @Override
        public void onComplete() {
            heard.append(" complete");
        }
    }
}
