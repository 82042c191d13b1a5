package dev.headway.jdk;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The caller's subscriber, for a response that is the caller's in any case, within the time of its attempt. */
final class TimedBody<T> implements BodySubscriber<T> {

    private final BodySubscriber<T> subscriber;
    private final HeldBody body;
    private final Delivery<T> delivery;
    private final @Nullable Executor executor;

    TimedBody(ResponseInfo info, BodySubscriber<T> subscriber, AttemptTime time, @Nullable Executor executor) {
        this.subscriber = subscriber;
        this.executor = executor;
        this.body = new HeldBody(info);
        this.delivery = new Delivery<>(body, time);
        body.passTo(subscriber);
    }

    /**
     * At once, so that the client hears of the end of the time: a subscriber may read the whole body before it says what it makes
     * of it.
     */
    @Override
    public CompletionStage<T> getBody() {
        SharedClient.run(executor != null ? executor : SharedClient.COMPLETER, this::ask);
        return delivery;
    }

    private void ask() {
        try {
            subscriber.getBody().whenComplete((made, thrown) -> {
                if (thrown != null) {
                    delivery.completeExceptionally(thrown);
                } else {
                    delivery.complete(made);
                }
            });
        } catch (Throwable e) {
            delivery.completeExceptionally(e);
        }
    }

    @Override
    public void onSubscribe(Flow.@Nullable Subscription subscription) {
        body.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        body.onNext(item);
    }

    @Override
    public void onError(Throwable throwable) {
        body.onError(throwable);
    }

    @Override
    public void onComplete() {
        body.onComplete();
    }
}
