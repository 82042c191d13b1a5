package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.HintParser;
import dev.headway.RateLimitHint;
import dev.headway.ResponseHeaders;
import dev.headway.RetryPolicy;
import dev.headway.Signal;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of which responses the body may be looked at, whatever the parser wants. */
class ReadsBodyTest {

    /** Wants every body. */
    private static final HintParser GREEDY = new HintParser() {
        @Override
        public RateLimitHint parse(Signal.Response response, InstantSource clock) {
            return RateLimitHint.none();
        }

        @Override
        public boolean readsBody(int status, ResponseHeaders headers) {
            return true;
        }
    };

    private static Execution execution(HintParser parser) {
        return Headway.builder().hints(parser).build().begin(Facts.of("GET"));
    }

    @Test
    void theParserIsAsked() {
        assertThat(execution(GREEDY).readsBody(429, fields("application/json"))).isTrue();
        assertThat(execution((response, clock) -> RateLimitHint.none()).readsBody(429, fields("application/json")))
                .isFalse();
    }

    @Test
    void aSwitchOfProtocolsHasNone() {
        assertThat(execution(GREEDY).readsBody(101, fields("application/json"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "Text/Event-Stream;charset=utf-8", " text/event-stream"})
    void aStreamOfEventsIsLeftAlone(String type) {
        assertThat(execution(GREEDY).readsBody(429, fields(type))).isFalse();
    }

    @Test
    void aParserThatThrowsWantsNothing() {
        HintParser throwing = new HintParser() {
            @Override
            public RateLimitHint parse(Signal.Response response, InstantSource clock) {
                return RateLimitHint.none();
            }

            @Override
            public boolean readsBody(int status, ResponseHeaders headers) {
                throw new IllegalStateException("mine");
            }
        };

        assertThat(execution(throwing).readsBody(429, fields("application/json")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 429, true",
        "POST, 429, true",
        "GET, 503, true",
        "POST, 503, false",
        "GET, 403, false",
        "GET, 200, false"
    })
    void aResponseThatItsStatusCallsForAnotherAttemptIsLikelyResent(String method, int status, boolean likely) {
        Execution execution = Headway.create().begin(Facts.of(method));
        execution.next();

        assertThat(execution.likelyResent(status)).isEqualTo(likely);
    }

    @Test
    void theLastResponseIsNotLikelyResent() {
        Execution execution = Headway.create()
                .begin(Facts.of("GET").with(RetryPolicy.builder().maxAttempts(1).build()));
        execution.next();

        assertThat(execution.likelyResent(429)).isFalse();
    }

    private static ResponseHeaders fields(String type) {
        return new ResponseHeaders() {
            @Override
            public boolean anyName(Predicate<? super String> test) {
                return test.test("content-type");
            }

            @Override
            public void forEach(BiConsumer<? super String, ? super String> visitor) {
                Map.of("content-type", type, "x-y", "text/event-stream").forEach(visitor);
            }
        };
    }
}
