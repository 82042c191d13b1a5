package dev.headway.jdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Signal;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BodyStartTest {

    private static final int BOUND = Signal.Response.MAX_BODY_START;
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final VirtualTime time = new VirtualTime();
    private final HeldBody held = new HeldBody(new HeldBodyTest.Info());
    private final BodyStart start = new BodyStart(held, time, WAIT.toNanos());
    private final CompletableFuture<Object> body = start.getBody().toCompletableFuture();

    // ---- reading

    @Test
    void nothingIsAskedBeforeTheClientHangsOnToTheBody() {
        start.onSubscribe(new Source());
        assertThat(events).isEmpty();

        heard(body);

        assertThat(events).containsExactly("request 1");
    }

    @Test
    void clientThatHangsOnBeforeItBeginsIsAskedThen() {
        heard(body);
        start.onSubscribe(new Source());

        assertThat(events).containsExactly("request 1");
    }

    @Test
    void clientThatHangsOnInAnotherWayIsAskedALittleLater() {
        start.onSubscribe(new Source());

        time.advance(Duration.ofMillis(20));
        await(() -> !events.isEmpty());

        assertThat(events).containsExactly("request 1");
        assertThat(body).isNotDone();
    }

    @Test
    void bodyIsAskedForItemByItemUntilThereIsEnough() {
        begun();
        start.onNext(bytes(BOUND / 2));
        start.onNext(bytes(BOUND / 2 - 1));
        assertThat(body).isNotDone();
        start.onNext(bytes(10_000));

        assertThat(body).isCompletedWithValue(held);
        assertThat(events).containsExactly("request 1", "request 1", "request 1");
        assertThat(held.start().remaining()).isEqualTo(BOUND);
        assertThat(time.pending()).isZero();
    }

    @Test
    void bodyThatEndsIsReadAtOnce() {
        begun();
        start.onNext(item("ab"));
        start.onComplete();

        assertThat(body).isCompletedWithValue(held);
        assertThat(looked()).isEqualTo("ab");
        assertThat(time.pending()).isZero();
    }

    @Test
    void bodyThatBreaksIsReadAtOnce() {
        begun();
        start.onNext(item("ab"));
        start.onError(new IOException("broken"));

        assertThat(body).isCompletedWithValue(held);
        assertThat(looked()).isEqualTo("ab");
    }

    @Test
    void responseWithoutASubscriptionHasAnEnd() {
        heard(body);
        start.onSubscribe(null);
        start.onComplete();

        assertThat(body).isCompletedWithValue(held);
        held.passTo(new Taker(1));
        assertThat(events).containsExactly("begin", "complete");
    }

    @Test
    void bodyThatDoesNotComeIsWaitedForASecond() {
        begun();
        start.onNext(item("a"));
        time.advance(Duration.ofMillis(999));
        assertThat(body).isNotDone();

        time.advance(Duration.ofMillis(1));

        assertThat(body.join()).isEqualTo(held);
        assertThat(looked()).isEqualTo("a");
    }

    @Test
    void allPartsOfAnItemAreSeenAndLeftAsTheyAre() {
        ByteBuffer part = ByteBuffer.wrap("xbcx".getBytes(UTF_8), 1, 2);
        begun();
        start.onNext(List.of(ByteBuffer.wrap("a".getBytes(UTF_8)), part));
        start.onComplete();

        assertThat(looked()).isEqualTo("abc");
        assertThat(looked()).isEqualTo("abc");
        assertThat(part.remaining()).isEqualTo(2);
    }

    @Test
    void bodyOfWhichNothingIsLookedAtHasNoStart() {
        HeldBody other = new HeldBody(new HeldBodyTest.Info());
        other.onSubscribe(new Source());

        assertThat(other.start().remaining()).isZero();
    }

    // ---- passing on

    @Test
    void whatWasReadComesFirstAsItIsAskedFor() {
        begun();
        start.onNext(item("a"));
        start.onNext(item("b"));
        start.onNext(bytes(BOUND));
        events.clear();
        Taker taker = new Taker(1);

        held.passTo(taker);
        assertThat(events).containsExactly("begin", "next a");
        held.request(1);
        assertThat(events).containsExactly("begin", "next a", "next b");
        held.request(2);
        assertThat(events).containsExactly("begin", "next a", "next b", "next " + BOUND, "request 1");
        start.onNext(item("c"));
        start.onComplete();
        assertThat(events).endsWith("next c", "complete");
    }

    @Test
    void endComesAfterWhatWasRead() {
        begun();
        start.onNext(item("a"));
        start.onError(new IOException("broken"));
        held.passTo(new Taker(0));
        assertThat(events).doesNotContain("error broken");

        held.request(1);

        assertThat(events).endsWith("next a", "error broken");
    }

    @Test
    void endComesOnce() {
        begun();
        start.onComplete();
        start.onError(new IOException("again"));
        held.passTo(new Taker(1));
        held.request(1);

        assertThat(events).containsExactly("request 1", "begin", "complete");
    }

    /** It was asked for while the beginning was read. */
    @Test
    void itemThatIsStillToComeIsNotAskedForAgain() {
        begun();
        time.advance(WAIT);
        body.join();
        held.passTo(new Taker(1));
        assertThat(events).containsExactly("request 1", "begin");
        held.request(2);
        assertThat(events).containsExactly("request 1", "begin", "request 2");

        start.onNext(item("a"));

        assertThat(events).endsWith("next a");
    }

    @Test
    void itemThatComesBeforeItIsAskedForIsKept() {
        begun();
        time.advance(WAIT);
        body.join();
        start.onNext(item("late"));
        held.passTo(new Taker(0));
        assertThat(events).containsExactly("request 1", "begin");

        held.request(1);

        assertThat(events).endsWith("next late");
    }

    @Test
    void demandWithoutBoundIsPassedOnOnce() {
        begun();
        start.onNext(bytes(BOUND));
        events.clear();
        held.passTo(new Taker(Long.MAX_VALUE));
        start.onNext(item("a"));
        held.request(Long.MAX_VALUE);
        start.onNext(item("b"));

        assertThat(events).containsExactly("begin", "next " + BOUND, "request " + Long.MAX_VALUE, "next a", "next b");
    }

    @Test
    void demandThatIsNoneIsTheClientsToRefuse() {
        begun();
        start.onNext(bytes(BOUND));
        held.passTo(new Taker(0));
        held.request(-1);

        assertThat(events).endsWith("begin", "request -1");
    }

    @Test
    void readersCancelIsTheClients() {
        begun();
        start.onNext(bytes(BOUND));
        held.passTo(new Taker(0));
        held.cancel();
        start.onNext(item("late"));
        held.request(1);

        assertThat(events).endsWith("begin", "cancel");
    }

    /** The client may have lent the connection on. */
    @Test
    void nothingIsCancelledAfterTheEnd() {
        begun();
        start.onNext(item("a"));
        start.onComplete();
        held.passTo(new Taker(0));
        held.cancel();

        assertThat(events).endsWith("begin").doesNotContain("cancel");
    }

    @Test
    void bodyThatIsDroppedBeforeTheClientBeginsIsCancelledThen() {
        time.advance(WAIT);
        body.join();
        held.drop(new IOException("dropped"));
        start.onSubscribe(new Source());

        assertThat(events).containsExactly("cancel");
    }

    @Test
    void bodyOfAnAttemptThatWasAbandonedGoesToWhoeverTookItOnceItIsRead() {
        held.passTo(new Taker(2));
        begun();
        start.onNext(item("a"));
        start.onComplete();

        assertThat(events).endsWith("begin", "next a", "complete");
    }

    @Test
    void readerThatThrowsIsToldOfItAndTheBodyLetGoOf() {
        begun();
        start.onNext(item("a"));
        start.onNext(bytes(BOUND));
        held.passTo(new Taker(0) {
            @Override
            public void onNext(List<ByteBuffer> item) {
                throw new IllegalStateException("mine");
            }
        });

        assertThatThrownBy(() -> held.request(1)).hasMessage("mine");

        assertThat(events).endsWith("begin", "cancel", "error mine");
    }

    /** Client and reader on threads of their own, in random steps: every item in order, and one signal at a time. */
    @RepeatedTest(50)
    void itemsComeInOrderWhoeverIsQuicker() throws Exception {
        int items = 300;
        Random random = new Random();
        AtomicLong demand = new AtomicLong();
        ExecutorService client = Executors.newSingleThreadExecutor();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        CompletableFuture<List<Integer>> whole = new CompletableFuture<>();
        Runnable emit = new Runnable() {
            private int next;

            @Override
            public void run() {
                while (next < items && demand.get() > 0) {
                    demand.decrementAndGet();
                    start.onNext(List.of(ByteBuffer.allocate(4 + 1000).putInt(0, next)));
                    next++;
                }
                if (next == items) {
                    next++;
                    start.onComplete();
                }
            }
        };
        start.getBody()
                .whenComplete((body, thrown) -> held.passTo(new Flow.Subscriber<List<ByteBuffer>>() {
                    private final AtomicBoolean inside = new AtomicBoolean();
                    private final List<Integer> got = new ArrayList<>();
                    private Flow.@Nullable Subscription source;

                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        source = subscription;
                        reader.execute(() -> subscription.request(1));
                    }

                    @Override
                    public void onNext(List<ByteBuffer> item) {
                        one(() -> {
                            got.add(item.get(0).getInt(0));
                            int n = 1 + random.nextInt(3);
                            reader.execute(() -> {
                                if (source != null) {
                                    source.request(n);
                                }
                            });
                        });
                    }

                    @Override
                    public void onError(Throwable throwable) {
                        whole.completeExceptionally(throwable);
                    }

                    @Override
                    public void onComplete() {
                        one(() -> whole.complete(got));
                    }

                    private void one(Runnable signal) {
                        if (!inside.compareAndSet(false, true)) {
                            whole.completeExceptionally(new AssertionError("two signals at once"));
                        }
                        signal.run();
                        inside.set(false);
                    }
                }));
        start.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demand.addAndGet(n);
                client.execute(emit);
            }

            @Override
            public void cancel() {
                whole.completeExceptionally(new AssertionError("cancelled"));
            }
        });

        List<Integer> got = whole.get(30, TimeUnit.SECONDS);
        assertThat(got).hasSize(items).isSorted().doesNotHaveDuplicates();
        client.shutdown();
        reader.shutdown();
    }

    // ---- helpers

    /** The client has begun, and hangs on to the body. */
    private void begun() {
        start.onSubscribe(new Source());
        heard(body);
    }

    private static void heard(CompletionStage<Object> body) {
        body.whenComplete((value, thrown) -> {});
    }

    private static void await(BooleanSupplier condition) {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - giveUpAt).isNegative();
            Thread.onSpinWait();
        }
    }

    private String looked() {
        return UTF_8.decode(held.start()).toString();
    }

    private static List<ByteBuffer> item(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static List<ByteBuffer> bytes(int length) {
        return List.of(ByteBuffer.allocate(length));
    }

    private final class Source implements Flow.Subscription {

        @Override
        public void request(long n) {
            events.add("request " + n);
        }

        @Override
        public void cancel() {
            events.add("cancel");
        }
    }

    private class Taker implements Flow.Subscriber<List<ByteBuffer>> {

        private final long demand;

        Taker(long demand) {
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            events.add("begin");
            if (demand > 0) {
                subscription.request(demand);
            }
        }

        /** Long items by their length. */
        @Override
        public void onNext(List<ByteBuffer> items) {
            for (ByteBuffer item : items) {
                events.add("next " + (item.remaining() < 10 ? UTF_8.decode(item) : item.remaining()));
            }
        }

        @Override
        public void onError(Throwable throwable) {
            events.add("error " + throwable.getMessage());
        }

        @Override
        public void onComplete() {
            events.add("complete");
        }
    }
}
