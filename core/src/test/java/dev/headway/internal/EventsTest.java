package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.headway.HeadwayListener;
import dev.headway.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {

    private final List<String> heard = new ArrayList<>();

    @Test
    void theListenerIsTold() {
        Events events = new Events(new HeadwayListener() {
            @Override
            public void gateOpened(Scope scope) {
                heard.add("opened " + scope);
            }
        });

        events.tell(listener -> listener.gateOpened(Scope.of("api")));

        assertThat(events.heard()).isTrue();
        assertThat(heard).containsExactly("opened api");
    }

    @Test
    void withoutAListenerNothingIsDone() {
        Events events = new Events(null);

        assertThat(events.heard()).isFalse();
        assertThat(events.troubleHeard()).isFalse();
        assertThatCode(() -> events.tell(listener -> heard.add("somebody"))).doesNotThrowAnyException();
        assertThat(heard).isEmpty();
    }

    @Test
    void severalHearInTheirOrder() {
        Events events =
                new Events(List.of(named("first"), named("second")), named("log")).after(named("of the policy"));

        events.tell(listener -> listener.gateOpened(Scope.of("api")));

        assertThat(heard).containsExactly("log", "of the policy", "first", "second");
    }

    @Test
    void theLogHearsOfTroubleAlone() {
        Events events = new Events(List.of(), named("log"));

        assertThat(events.heard()).isFalse();
        assertThat(events.troubleHeard()).isTrue();
    }

    private HeadwayListener named(String name) {
        return new HeadwayListener() {
            @Override
            public void gateOpened(Scope scope) {
                heard.add(name);
            }
        };
    }

    /** Kotlin listeners throw checked exceptions, too. */
    @Test
    void whateverAListenerThrowsHarmsNobody() {
        for (Throwable thrown : List.of(
                new IllegalStateException("broken"),
                new IOException("undeclared"),
                new AssertionError("in a test"),
                new NoClassDefFoundError("Metrics"))) {
            Events events = new Events(new HeadwayListener() {
                @Override
                public void gateOpened(Scope scope) {
                    heard.add("thrown");
                    EventsTest.<RuntimeException>throwAnyway(thrown);
                }
            });

            assertThatCode(() -> events.tell(listener -> listener.gateOpened(Scope.of("api"))))
                    .doesNotThrowAnyException();
        }
        assertThat(heard).hasSize(4);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void throwAnyway(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
