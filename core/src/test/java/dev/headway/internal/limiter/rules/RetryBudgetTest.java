package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RetryBudget budget = new RetryBudget();

    @Test
    void aQuietScopeHasAHundredResendsInTenSeconds() {
        assertThat(spend(1, 0)).isEqualTo(100);
    }

    @Test
    void aTimeoutCostsTwo() {
        assertThat(spend(2, 0)).isEqualTo(50);
    }

    @Test
    void theLastOneIsNotEnoughForATimeout() {
        for (int i = 0; i < 99; i++) {
            budget.trySpend(1, 0);
        }

        assertThat(budget.trySpend(2, 0)).isFalse();
        assertThat(budget.trySpend(1, 0)).as("a refusal costs nothing").isTrue();
        assertThat(budget.trySpend(1, 0)).isFalse();
    }

    @Test
    void aBusyScopeHasAFifthOfItsCalls() {
        call(504, 0);
        assertThat(spend(1, 0)).as("a fifth is below the floor").isEqualTo(100);
        call(1, 0);
        assertThat(spend(1, 0)).as("505 calls").isEqualTo(1);
        call(9495, 0);
        assertThat(spend(1, 0)).as("10 000 calls").isEqualTo(2000 - 101);
    }

    @Test
    void callsAndResendsAreForgottenAfterTenSeconds() {
        call(10_000, 3 * SECOND);
        assertThat(spend(1, 3 * SECOND)).isEqualTo(2000);

        assertThat(budget.trySpend(1, 13 * SECOND - 1)).isFalse();
        assertThat(spend(1, 13 * SECOND)).isEqualTo(100);
    }

    @Test
    void whatIsSpentComesBackSecondBySecond() {
        for (int second = 0; second < 10; second++) {
            for (int i = 0; i < 10; i++) {
                assertThat(budget.trySpend(1, second * SECOND)).isTrue();
            }
        }
        assertThat(budget.trySpend(1, 10 * SECOND - 1)).isFalse();

        assertThat(spend(1, 10 * SECOND)).isEqualTo(10);
        assertThat(spend(1, 11 * SECOND)).isEqualTo(10);
        assertThat(spend(1, 13 * SECOND)).isEqualTo(20);
    }

    @Test
    void callsMustBeCountedForTenSecondsAfterAResend() {
        assertThat(budget.untouched(0)).isTrue();
        budget.trySpend(1, 0);

        assertThat(budget.untouched(10 * SECOND - 1)).isFalse();
        assertThat(budget.untouched(10 * SECOND)).isTrue();
    }

    @Test
    void aLongSilenceForgetsEverything() {
        call(10_000, 0);
        spend(1, 0);

        assertThat(spend(1, TimeUnit.DAYS.toNanos(366))).isEqualTo(100);
    }

    /** Threads read the clock before they take the lock. */
    @Test
    void aClockThatSeemsToGoBackForgetsNothing() {
        assertThat(spend(1, 12 * SECOND)).isEqualTo(100);

        assertThat(budget.trySpend(1, 12 * SECOND - 1)).isFalse();
        assertThat(budget.trySpend(1, 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void neverMoreThanAFifthOrTheFloorInTenSeconds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ArrayDeque<long[]> calls = new ArrayDeque<>();
        ArrayDeque<long[]> resends = new ArrayDeque<>();
        long now = random.nextLong(100 * SECOND);
        for (int i = 0; i < 5000; i++) {
            now += random.nextInt(50) == 0 ? random.nextLong(5 * SECOND) : random.nextLong(SECOND / 50);
            if (random.nextInt(10) < 8) {
                budget.called(now);
                calls.addLast(new long[] {now, 1});
            } else {
                int weight = 1 + random.nextInt(2);
                // In whole seconds, the current one included.
                long from = (now / SECOND - 9) * SECOND;
                long allowed = Math.max(100, since(calls, from) / 5);
                boolean expected = since(resends, from) + weight <= allowed;

                assertThat(budget.trySpend(weight, now))
                        .as("seed %d, event %d", seed, i)
                        .isEqualTo(expected);
                if (expected) {
                    resends.addLast(new long[] {now, weight});
                }
            }
        }
    }

    private static long since(ArrayDeque<long[]> events, long from) {
        return events.stream()
                .filter(event -> event[0] >= from)
                .mapToLong(event -> event[1])
                .sum();
    }

    private void call(int times, long now) {
        for (int i = 0; i < times; i++) {
            budget.called(now);
        }
    }

    /** How often it could be spent. */
    private int spend(int weight, long now) {
        int times = 0;
        while (budget.trySpend(weight, now)) {
            times++;
        }
        return times;
    }
}
