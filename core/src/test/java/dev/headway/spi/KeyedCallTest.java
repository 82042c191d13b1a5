package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallOptions;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.IdempotencyKey;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which calls get an idempotency key, and that none is sent again for the sake of a key that it does not carry. */
class KeyedCallTest {

    private static final Step UNSAFE = new Step.GiveUp(GiveUpReason.NOT_IDEMPOTENT);
    private static final IdempotencyKey KEY = IdempotencyKey.header("Request-Key", () -> "k1");

    private final Headway headway =
            Headway.builder().time(new VirtualTime()).idempotencyKey(KEY).build();

    @Test
    void aCallThatOthersMayNotRepeatGetsOneAndIsSentAgain() {
        Request post = new Request("POST");

        assertThat(afterError(headway, post)).isInstanceOf(Step.Wait.class);
        assertThat(post.added).containsExactly("Request-Key: k1");
    }

    @Test
    void withoutOneItIsNotSentAgain() {
        Request post = new Request("POST");

        assertThat(afterError(keyless(), post)).isEqualTo(UNSAFE);
        assertThat(post.added).isEmpty();
    }

    @Test
    void aCallThatMayBeRepeatedAnywayGetsNone() {
        Request get = new Request("GET");
        Request promised = new Request("POST");
        promised.options = CallOptions.builder().idempotent().build();

        assertThat(afterError(headway, get)).isInstanceOf(Step.Wait.class);
        assertThat(afterError(headway, promised)).isInstanceOf(Step.Wait.class);
        assertThat(get.added).isEmpty();
        assertThat(promised.added).isEmpty();
    }

    /** It is sent again because of the field that the Headway names, although its policy knows only others. */
    @Test
    void theCallersOwnValueStays() {
        Request post = new Request("POST");
        post.own = "request-key";

        assertThat(afterError(headway, post)).isInstanceOf(Step.Wait.class);
        assertThat(post.added).isEmpty();
        assertThat(afterError(keyless(), post)).isEqualTo(UNSAFE);
    }

    @Test
    void aCallMayNameAnother() {
        Request post = new Request("POST");
        post.options = CallOptions.builder()
                .idempotencyKey(IdempotencyKey.header("Other-Key", () -> "k2"))
                .build();

        assertThat(afterError(headway, post)).isInstanceOf(Step.Wait.class);
        assertThat(post.added).containsExactly("Other-Key: k2");
    }

    @Test
    void whereTheClientCanNotAddItTheCallIsNotSentAgain() {
        Request post = new Request("POST");
        post.takesFields = false;

        assertThat(afterError(headway, post)).isEqualTo(UNSAFE);
    }

    @Test
    void whereThereIsNoValueTheCallGoesWithoutAndOnce() {
        IdempotencyKey broken = IdempotencyKey.header("Request-Key", () -> {
            throw new IllegalStateException("no entropy");
        });
        Request post = new Request("POST");

        Headway unlucky =
                Headway.builder().time(new VirtualTime()).idempotencyKey(broken).build();

        assertThat(afterError(unlucky, post)).isEqualTo(UNSAFE);
        assertThat(post.added).isEmpty();
    }

    private static Headway keyless() {
        return Headway.builder().time(new VirtualTime()).build();
    }

    private static Step afterError(Headway headway, Request request) {
        Execution execution = headway.begin(request);
        assertThat(execution.next()).isEqualTo(new Step.Send(1));
        execution.record(Answers.status(500));
        return execution.next();
    }

    private static final class Request implements RequestFacts {

        final List<String> added = new ArrayList<>();
        private final String method;
        boolean takesFields = true;
        /** The name of a field that the request comes with. */
        @Nullable String own;

        @Nullable CallOptions options;

        Request(String method) {
            this.method = method;
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public String url() {
            return "https://api.example.com/things";
        }

        @Override
        public Scope scope() {
            return Scope.of("api");
        }

        @Override
        public boolean replayable() {
            return true;
        }

        @Override
        public List<String> headers(String name) {
            return name.equalsIgnoreCase(own) ? List.of("mine") : List.of();
        }

        @Override
        public boolean addHeader(String name, String value) {
            if (takesFields) {
                added.add(name + ": " + value);
            }
            return takesFields;
        }

        @Override
        public @Nullable RetryPolicy policy() {
            return null;
        }

        @Override
        public @Nullable CallOptions options() {
            return options;
        }

        @Override
        public OptionalLong timeLeftNanos() {
            return OptionalLong.empty();
        }
    }
}
