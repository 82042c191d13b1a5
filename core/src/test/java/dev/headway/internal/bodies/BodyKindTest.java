package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyKindTest {

    private static final ErrorReader READER = ErrorReader.load();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=utf-8",
                "application/problem+json",
                "application/x-amz-json-1.0",
                "application/graphql-response+json",
                "application/xml",
                "text/xml",
                "application/problem+xml",
                "text/html",
                "text/plain",
                ""
            })
    void textIsRead(String type) {
        assertThat(READER.readsBody(429, Answer.of(429, "", "content-type", type)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/event-stream",
                "Text/Event-Stream; charset=utf-8",
                "application/x-ndjson",
                "application/jsonl",
                "application/json-seq",
                "application/stream+json",
                "application/octet-stream",
                "image/png",
                "image/png; note=json",
                "multipart/mixed",
                "application/grpc"
            })
    void streamsAndWhatIsNoTextAreNot(String type) {
        assertThat(READER.readsBody(429, Answer.of(429, "", "Content-Type", type)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "Content-Length, 0, false",
                "Content-Length, 12, true",
                "Content-Encoding, gzip, true",
                "Content-Encoding, identity, true",
                "Content-Encoding, 'GZIP, deflate', true",
                "Content-Encoding, br, false",
                "Content-Encoding, 'gzip, zstd', false",
                "Content-Encoding, 'gzip, gzip, gzip, gzip, gzip', false",
                "X-Other, 0, true"
            })
    void anEmptyBodyAndOneThatCanNotBeDecodedAreNot(String name, String value, boolean read) {
        assertThat(READER.readsBody(429, Answer.of(429, "", "Content-Type", "text/plain", name, value)))
                .isEqualTo(read);
    }

    @Test
    void aBodyWithoutATypeMayBeText() {
        assertThat(READER.readsBody(429, Answer.of(429, ""))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 401, 422, 502, 301, 101})
    void anOrdinaryAnswerIsNotEvenAskedForItsFields(int status) {
        assertThat(READER.readsBody(status, new Unasked())).isFalse();
    }

    private static final class Unasked implements dev.headway.ResponseHeaders {
        @Override
        public boolean anyName(java.util.function.Predicate<? super String> test) {
            throw new AssertionError("asked");
        }

        @Override
        public void forEach(java.util.function.BiConsumer<? super String, ? super String> visitor) {
            throw new AssertionError("asked");
        }
    }
}
