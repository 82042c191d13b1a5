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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedBodyTest {

    @TempDir
    Path folder;

    @Test
    void onlyTheClientsOwnThatRepeatAreReplayable() throws IOException {
        Path file = Files.writeString(folder.resolve("body"), "text");
        BodyPublisher text = BodyPublishers.ofString("text");

        assertThat(GuardedBody.repeats(text)).isTrue();
        assertThat(GuardedBody.repeats(BodyPublishers.ofByteArray(new byte[3]))).isTrue();
        assertThat(GuardedBody.repeats(BodyPublishers.ofByteArray(new byte[3], 1, 1)))
                .isTrue();
        assertThat(GuardedBody.repeats(BodyPublishers.ofFile(file))).isTrue();
        assertThat(GuardedBody.repeats(BodyPublishers.noBody())).isTrue();
        assertThat(GuardedBody.repeats(new GuardedBody(text))).isTrue();

        assertThat(GuardedBody.repeats(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3]))))
                .isFalse();
        assertThat(GuardedBody.repeats(BodyPublishers.ofByteArrays(List.of(new byte[3]))))
                .isFalse();
        assertThat(GuardedBody.repeats(BodyPublishers.fromPublisher(text))).isFalse();
        assertThat(GuardedBody.repeats(BodyPublishers.fromPublisher(text, 4))).isFalse();
        assertThat(GuardedBody.repeats(BodyPublishers.concat(text, text))).isFalse();
        assertThat(GuardedBody.repeats(new GuardedBody(BodyPublishers.concat(text, text))))
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

    /** Nobody knows what is left of it. */
    @Test
    void bodyThatWasNotReadToItsEndIsNotAskedAgain() {
        GuardedBody body = new GuardedBody(BodyPublishers.fromPublisher(new OneShot("te", "xt")));
        Puller first = subscribe(body);
        first.request(1);
        first.cancel();

        assertThat(body.replayable()).isFalse();
        assertThat(read(body)).startsWith(" error The request body can not be sent again: it was not read to its end");
    }

    /** The client counts itself. */
    @Test
    void bodyOfADeclaredLengthIsAskedAgain() {
        GuardedBody body = new GuardedBody(BodyPublishers.fromPublisher(new OneShot("te", "xt"), 4));
        subscribe(body).cancel();

        assertThat(read(body)).isEqualTo("text complete");
    }

    // ---- what is kept

    private static GuardedBody keeping(String... parts) {
        return keeping(BodyPublishers.fromPublisher(new OneShot(parts)));
    }

    private static GuardedBody keeping(BodyPublisher publisher) {
        GuardedBody body = new GuardedBody(publisher);
        body.keep();
        return body;
    }

    private static Puller subscribe(BodyPublisher body) {
        Puller puller = new Puller();
        body.subscribe(puller);
        return puller;
    }

    @Test
    void whatTheFirstSubscriberHadIsGivenToTheOthers() {
        GuardedBody body = keeping("t", "", "ex", "t");

        for (int i = 0; i < 3; i++) {
            assertThat(read(body)).isEqualTo("text complete");
            assertThat(body.replayable()).isTrue();
        }
        assertThat(body.subscriptions()).isEqualTo(3);
        assertThat(body.contentLength()).isEqualTo(-1);
    }

    @Test
    void emptyBodyOfUnknownLengthIsKept() {
        GuardedBody body = keeping();

        assertThat(read(body)).isEqualTo(" complete");
        assertThat(body.replayable()).isTrue();
        assertThat(read(body)).isEqualTo(" complete");
    }

    @Test
    void lengthIsThatDeclaredAtFirst() {
        AtomicLong declared = new AtomicLong(4);
        GuardedBody body = keeping(new BodyPublisher() {
            private final OneShot bytes = new OneShot("text");

            @Override
            public long contentLength() {
                return declared.get();
            }

            @Override
            public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
                bytes.subscribe(subscriber);
            }
        });
        assertThat(read(body)).isEqualTo("text complete");
        declared.set(0);

        assertThat(body.contentLength()).isEqualTo(4);
        assertThat(read(body)).isEqualTo("text complete");
    }

    @Test
    void keptBytesComeWhenTheyAreAskedFor() {
        GuardedBody body = keeping("text");
        assertThat(read(body)).isEqualTo("text complete");

        Puller second = subscribe(body);
        assertThat(second.heard()).isEmpty();
        second.request(1);
        assertThat(second.heard()).startsWith("text");

        Puller gone = subscribe(body);
        gone.cancel();
        gone.request(1);
        assertThat(gone.heard()).isEmpty();
    }

    @Test
    void longKeptBodyComesInAsManyBuffersAsAreAskedFor() {
        GuardedBody body = keeping("x".repeat(KeptBytes.MAX));
        subscribe(body).request(Long.MAX_VALUE);

        Puller second = subscribe(body);
        second.request(1);
        assertThat(second.heard()).isNotEmpty().hasSizeLessThan(KeptBytes.MAX).doesNotContain("complete");
        second.request(Long.MAX_VALUE);
        assertThat(second.heard()).isEqualTo("x".repeat(KeptBytes.MAX) + " complete");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void demandOfNothingIsAnError(long demand) {
        GuardedBody body = keeping(BodyPublishers.ofByteArrays(List.of("text".getBytes(UTF_8))));
        Puller first = subscribe(body);
        first.request(demand);
        assertThat(first.heard()).startsWith(" error ");
        assertThat(body.replayable()).isFalse();

        GuardedBody whole = keeping("text");
        assertThat(read(whole)).isEqualTo("text complete");
        Puller second = subscribe(whole);
        second.request(demand);
        assertThat(second.heard()).startsWith(" error ");
        assertThat(read(whole)).isEqualTo("text complete");
    }

    @Test
    void bodyMayTurnOutReplayableUntilTheAttemptEnds() {
        GuardedBody body = keeping("te", "xt");
        assertThat(body.replayable()).isTrue();
        body.attemptEnds();
        assertThat(body.replayable()).isTrue();
        Puller first = subscribe(body);
        first.request(1);
        assertThat(body.replayable()).isTrue();

        body.attemptEnds();
        assertThat(body.replayable()).isFalse();

        // Too late: it was decided.
        first.request(1);
        assertThat(first.heard()).isEqualTo("text complete");
        assertThat(body.replayable()).isFalse();
    }

    /** The attempt ends on one thread, and the body on another. */
    @Test
    void whetherItIsReplayableIsDecidedOnce() throws Exception {
        for (int i = 0; i < 2000; i++) {
            GuardedBody body = keeping("t", "e", "x", "t");
            Puller first = subscribe(body);
            CompletableFuture<Boolean> sent = Fixture.async(() -> {
                first.request(Long.MAX_VALUE);
                return true;
            });

            body.attemptEnds();
            boolean decided = body.replayable();

            assertThat(sent.get()).isTrue();
            assertThat(body.replayable()).isEqualTo(decided);
            if (decided) {
                assertThat(read(body)).isEqualTo("text complete");
            }
        }
    }

    /** The end that a publisher then says is none. */
    @Test
    void bodyThatTheClientGivesUpIsNotReplayable() {
        GuardedBody body = keeping("te", "xt");
        Puller first = subscribe(body);
        first.request(1);
        first.cancel();

        assertThat(first.heard()).isEqualTo("te complete");
        assertThat(body.replayable()).isFalse();
    }

    @Test
    void bodyThatFailsIsNotReplayable() {
        GuardedBody body = keeping(BodyPublishers.ofInputStream(() -> null));

        assertThat(read(body)).contains("error");
        assertThat(body.replayable()).isFalse();
    }

    @Test
    void bodyThatIsNotAsLongAsDeclaredIsNotReplayable() {
        for (int declared : new int[] {3, 5}) {
            GuardedBody body = keeping(BodyPublishers.fromPublisher(new OneShot("te", "xt"), declared));
            assertThat(body.replayable()).isTrue();

            assertThat(read(body)).isEqualTo("text complete");
            assertThat(body.replayable()).isFalse();
        }
    }

    @Test
    void bodyThatIsTooLongIsNotKept() {
        String much = "x".repeat(KeptBytes.MAX);
        GuardedBody whole = keeping(much);
        GuardedBody longer = keeping(much, "x");
        GuardedBody known = keeping(BodyPublishers.fromPublisher(new OneShot(much, "x"), KeptBytes.MAX + 1L));
        for (GuardedBody body : List.of(whole, longer, known)) {
            assertThat(body.replayable()).isTrue();
            assertThat(read(body)).endsWith("x complete");
        }

        assertThat(whole.replayable()).isTrue();
        assertThat(longer.replayable()).isFalse();
        assertThat(known.replayable()).isFalse();
    }

    @Test
    void bodyThatRepeatsIsAskedEachTime() {
        AtomicInteger asked = new AtomicInteger();
        GuardedBody body = keeping(HeadwayHttpClient.replayable(BodyPublishers.ofInputStream(() -> {
            asked.incrementAndGet();
            return new ByteArrayInputStream("text".getBytes(UTF_8));
        })));

        assertThat(read(body)).isEqualTo("text complete");
        assertThat(read(body)).isEqualTo("text complete");
        body.letGo();
        assertThat(body.replayable()).isTrue();
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatWasLetGoIsNotReplayable() {
        GuardedBody body = keeping("text");
        assertThat(read(body)).isEqualTo("text complete");

        body.letGo();

        assertThat(body.replayable()).isFalse();
        assertThat(read(body)).endsWith("it had 4 bytes the first time and has 0 now.");
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
        Puller puller = subscribe(body);
        puller.request(Long.MAX_VALUE);
        return puller.heard();
    }
}
