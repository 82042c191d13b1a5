package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExceptionsTest {

    private static final CallTrace TRACE =
            new CallTrace(List.of(CallTraceTest.response(1, 429, 12)), List.of(), GiveUpReason.DEADLINE);

    @Test
    void aGiveUpTellsWhyAndWhatHappenedBefore() {
        GiveUpException gaveUp = new GiveUpException(TRACE);

        assertThat(gaveUp)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Gave up: 429 after 12 ms; the next attempt could only begin after the deadline of the policy or the caller");
        assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.DEADLINE);
        assertThat(gaveUp.trace()).isSameAs(TRACE);
    }

    @Test
    void aTraceThatRidesOnAFailureHasNoStackOfItsOwn() {
        CallTraceException rider = new CallTraceException(TRACE);

        assertThat(rider)
                .hasMessage(
                        "429 after 12 ms; the next attempt could only begin after the deadline of the policy or the caller")
                .hasNoCause();
        assertThat(rider.getStackTrace()).isEmpty();
        assertThat(rider.trace()).isSameAs(TRACE);
    }

    @Test
    void aTraceOfACallThatDidNotGiveUpIsNoGiveUp() {
        CallTrace ended = new CallTrace(List.of(), List.of(), null);

        assertThatThrownBy(() -> new GiveUpException(ended)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aGiveUpSurvivesSerializationWithItsReasonAndItsWords() throws Exception {
        GiveUpException copy = copy(new GiveUpException(TRACE));

        assertThat(copy)
                .hasMessage(
                        "Gave up: 429 after 12 ms; the next attempt could only begin after the deadline of the policy or the caller");
        assertThat(copy.reason()).isEqualTo(GiveUpReason.DEADLINE);
        assertThat(copy.trace().attempts()).isEmpty();
        assertThat(copy.trace().waits()).isEmpty();
        assertThat(copy.trace().gaveUp()).contains(GiveUpReason.DEADLINE);
    }

    @Test
    void aFailureThatCarriesATraceSurvivesSerialization() throws Exception {
        IOException failure = new IOException("reset");
        failure.addSuppressed(new CallTraceException(TRACE));

        IOException copy = copy(failure);

        assertThat(copy.getSuppressed()).singleElement().isInstanceOfSatisfying(CallTraceException.class, rider -> {
            assertThat(rider)
                    .hasMessage(
                            "429 after 12 ms; the next attempt could only begin after the deadline of the policy or the caller");
            assertThat(rider.trace().attempts()).isEmpty();
            assertThat(rider.trace().gaveUp()).isEmpty();
        });
    }

    @SuppressWarnings({"unchecked", "BanSerializableRead"}) // bytes of our own
    private static <T> T copy(T original) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
