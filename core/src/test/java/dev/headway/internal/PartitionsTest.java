package dev.headway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Asked;
import dev.headway.Scope;
import dev.headway.spi.RequestFacts;
import org.junit.jupiter.api.Test;

/** However many scopes a server names parts of, what is remembered of them is bounded. */
class PartitionsTest {

    private static final int WHOLES = 10_000;
    private static final int PATHS = 4096;
    private static final int PATHS_OF_ALL = 1 << 18;

    private final Partitions partitions = new Partitions();

    @Test
    void scopeThatWasUsedTheLongestAgoIsForgotten() {
        for (int i = 0; i < WHOLES; i++) {
            learn(i, "/a");
        }
        assertThat(known(0, "/a")).isTrue();

        learn(WHOLES, "/a");

        assertThat(known(0, "/a")).as("the one that was just asked for").isTrue();
        assertThat(known(1, "/a")).as("the one that was used the longest ago").isFalse();
        assertThat(known(2, "/a")).isTrue();
        assertThat(known(WHOLES, "/a")).isTrue();
    }

    @Test
    void scopeThatWasForgottenIsLearnedAgain() {
        for (int i = 0; i <= WHOLES; i++) {
            learn(i, "/a");
        }
        assertThat(known(0, "/a")).isFalse();
        learn(0, "/a");

        assertThat(known(0, "/a")).isTrue();
    }

    @Test
    void namesAloneAreBoundedToo() {
        learn(0, "/a");
        for (int i = 1; i <= WHOLES; i++) {
            assertThat(partitions.part(whole(i), "part")).isPresent();
        }

        assertThat(known(0, "/a")).isFalse();
    }

    @Test
    void pathsOfAllScopesTogetherAreBounded() {
        int full = PATHS_OF_ALL / PATHS;
        for (int i = 0; i < full; i++) {
            for (int path = 0; path < PATHS; path++) {
                learn(i, "/" + path);
            }
        }
        assertThat(known(0, "/0")).isTrue();

        learn(full, "/0");

        assertThat(known(0, "/0")).isTrue();
        assertThat(known(1, "/0")).isFalse();
        assertThat(known(2, "/0")).isTrue();
        assertThat(known(full, "/0")).isTrue();
    }

    private void learn(int whole, String path) {
        Scope part = partitions.part(whole(whole), "part").orElseThrow();
        partitions.learn(request(whole, path), part);
    }

    private boolean known(int whole, String path) {
        return !partitions.scopeOf(request(whole, path)).equals(whole(whole));
    }

    private static Scope whole(int number) {
        return Scope.of("whole" + number);
    }

    private static RequestFacts request(int whole, String path) {
        return new ScopedFacts(Asked.of("GET " + path), whole(whole));
    }
}
