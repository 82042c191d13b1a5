package dev.headway.jdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class HeldBodyTest {

    private final List<String> events = new ArrayList<>();
    private final HeldBody held = new HeldBody(new Info());

    @Test
    void bodyIsThereBeforeAnythingHasArrived() {
        assertThat(held.getBody().toCompletableFuture()).isCompletedWithValue(held);
        assertThat(held.info().statusCode()).isEqualTo(429);
    }

    @Test
    void nothingIsAskedUntilSomebodyTakesIt() {
        held.onSubscribe(new Source());

        assertThat(events).isEmpty();
    }

    @Test
    void takerGetsWhatTheClientSignalsInOrder() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1));
        held.onNext(item("a"));
        held.onNext(item("b"));
        held.onComplete();

        assertThat(events).containsExactly("begin", "begun", "request 1", "next a", "next b", "complete");
    }

    @Test
    void takerMayComeBeforeTheClient() {
        held.passTo(new Taker(1));
        assertThat(events).isEmpty();
        held.onSubscribe(new Source());
        held.onNext(item("a"));
        held.onComplete();

        assertThat(events).containsExactly("begin", "begun", "request 1", "next a", "complete");
    }

    @Test
    void endBeforeTheTakerIsKept() {
        held.onSubscribe(new Source());
        held.onComplete();
        held.passTo(new Taker(1));

        assertThat(events).containsExactly("begin", "begun", "complete");
    }

    @Test
    void failureBeforeTheTakerIsKept() {
        held.onSubscribe(new Source());
        held.onError(new IOException("broken"));
        held.passTo(new Taker(1));

        assertThat(events).containsExactly("begin", "begun", "error broken");
    }

    @Test
    void takerHearsNothingWhileItIsIntroduced() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1) {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                events.add("begin");
                subscription.request(2);
                subscription.request(Long.MAX_VALUE);
                held.onComplete();
                events.add("begun");
            }
        });

        assertThat(events).containsExactly("begin", "begun", "complete");
    }

    @Test
    void demandDuringTheIntroductionIsAddedUpWithoutOverflow() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1) {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(2);
                subscription.request(Long.MAX_VALUE);
                subscription.request(3);
            }
        });

        assertThat(events).containsExactly("request " + Long.MAX_VALUE);
    }

    @Test
    void demandThatIsNoneIsTheClientsToRefuse() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(0));

        assertThat(events).containsExactly("begin", "request 0", "begun");
    }

    @Test
    void responseWithoutASubscriptionHasAnEnd() {
        held.onSubscribe(null);
        held.passTo(new Taker(1));
        held.onComplete();

        assertThat(events).containsExactly("begin", "begun", "complete");
    }

    @Test
    void takerThatComesBeforeAMissingSubscriptionIsIntroducedNevertheless() {
        held.passTo(new Taker(1));
        held.onSubscribe(null);
        held.onComplete();

        assertThat(events).containsExactly("begin", "begun", "complete");
    }

    @Test
    void takersCancelIsTheClients() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1));
        held.cancel();

        assertThat(events).containsExactly("begin", "begun", "request 1", "cancel");
    }

    @Test
    void cancelDuringTheIntroductionIsPassedOnAfter() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1) {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                events.add("begin");
                subscription.request(1);
                subscription.cancel();
                events.add("begun");
            }
        });

        assertThat(events).containsExactly("begin", "begun", "cancel");
    }

    /** The client may have lent the connection on. */
    @Test
    void nothingIsCancelledAfterTheEnd() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1));
        held.onComplete();
        held.cancel();
        held.drop(new IOException("dropped"));

        assertThat(events).containsExactly("begin", "begun", "request 1", "complete");
    }

    @Test
    void endComesOnce() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1));
        held.onError(new IOException("broken"));
        held.onComplete();
        held.onError(new IOException("again"));

        assertThat(events).containsExactly("begin", "begun", "request 1", "error broken");
    }

    @Test
    void droppedBodyEndsForBothSides() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1));
        held.drop(new IOException("dropped"));
        held.onNext(item("late"));
        held.onComplete();

        assertThat(events).containsExactly("begin", "begun", "request 1", "cancel", "error dropped");
    }

    @Test
    void droppedBodyWaitsUntilTheTakerHasHeardWhatItHears() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1) {
            @Override
            public void onNext(List<ByteBuffer> item) {
                held.drop(new IOException("dropped"));
                events.add("heard");
            }
        });
        held.onNext(item("a"));

        assertThat(events).containsExactly("begin", "begun", "request 1", "cancel", "heard", "error dropped");
    }

    @Test
    void bodyThatIsDroppedBeforeItsTakerIsCancelled() {
        held.onSubscribe(new Source());
        held.drop(new IOException("dropped"));
        assertThat(events).containsExactly("cancel");

        held.passTo(new Taker(1));

        assertThat(events).containsExactly("cancel", "begin", "begun", "cancel", "error dropped");
    }

    @Test
    void bodyThatIsDroppedBeforeTheClientBeginsIsCancelledThen() {
        held.drop(new IOException("dropped"));
        assertThat(events).isEmpty();

        held.onSubscribe(new Source());

        assertThat(events).containsExactly("cancel");
    }

    @Test
    void takerThatThrowsWhenItIsIntroducedDropsTheBody() {
        held.onSubscribe(new Source());

        assertThatThrownBy(() -> held.passTo(new Taker(1) {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        throw new IllegalStateException("mine");
                    }
                }))
                .hasMessage("mine");
        assertThat(events).startsWith("cancel").endsWith("error mine");
    }

    @Test
    void takerThatThrowsMayStillHearTheEnd() {
        held.onSubscribe(new Source());
        held.passTo(new Taker(1) {
            @Override
            public void onNext(List<ByteBuffer> item) {
                throw new IllegalStateException("mine");
            }
        });

        assertThatThrownBy(() -> held.onNext(item("a"))).hasMessage("mine");
        held.onError(new IllegalStateException("mine"));

        assertThat(events).endsWith("error mine");
    }

    private static List<ByteBuffer> item(String text) {
        return List.of(ByteBuffer.wrap(text.getBytes(UTF_8)));
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
            subscription.request(demand);
            events.add("begun");
        }

        @Override
        public void onNext(List<ByteBuffer> items) {
            for (ByteBuffer item : items) {
                events.add("next " + UTF_8.decode(item));
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

    record Info() implements ResponseInfo {

        @Override
        public int statusCode() {
            return 429;
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }
}
