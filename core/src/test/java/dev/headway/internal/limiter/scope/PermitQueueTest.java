package dev.headway.internal.limiter.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.RateLimiter;
import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.internal.Events;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.testkit.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermitQueueTest {

    private final PermitQueue queue = new PermitQueue();
    private final ScopeLimiter scope = scope();

    @Test
    void firstComeFirstServed() {
        add(call(1), call(2), call(3));

        assertThat(times()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void callsThatAreSentAgainStandInFrontTheOldestFirst() {
        add(call(10), call(11), again(7), again(3), again(5), again(9));

        assertThat(times()).containsExactly(3L, 5L, 7L, 9L, 10L, 11L);
    }

    @Test
    void aNewCallStandsBehindThoseThatAreSentAgain() {
        add(again(3), call(1));

        assertThat(times()).containsExactly(3L, 1L);
    }

    @Test
    void ofTwoThatBeganTogetherTheFirstToComeBackGoesFirst() {
        WaitingPermit first = again(3);
        WaitingPermit second = again(3);
        add(first, second);

        assertThat(queue.head()).isSameAs(first);
    }

    @Test
    void anyoneMayLeaveFromAnywhere() {
        WaitingPermit first = again(1);
        WaitingPermit second = again(2);
        WaitingPermit third = call(3);
        WaitingPermit fourth = call(4);
        add(first, second, third, fourth);

        queue.remove(third);
        assertThat(times()).containsExactly(1L, 2L, 4L);
        queue.remove(fourth);
        assertThat(times()).containsExactly(1L, 2L);
        queue.remove(first);
        assertThat(times()).containsExactly(2L);
        queue.remove(second);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.head()).isNull();
    }

    @Test
    void whoeverComesAfterSomebodyLeftStandsWhereItBelongs() {
        WaitingPermit old = again(1);
        WaitingPermit young = again(8);
        WaitingPermit last = call(20);
        add(old, young, call(10), last);
        queue.remove(young);
        queue.remove(last);

        add(again(5), call(21));
        assertThat(times()).containsExactly(1L, 5L, 10L, 21L);
        queue.remove(old);
        add(again(2));
        assertThat(times()).containsExactly(2L, 5L, 10L, 21L);
    }

    @Test
    void theCostIsThatOfAllWhoWait() {
        WaitingPermit heavy = permit(7, 1, false);
        add(heavy, call(2));
        assertThat(queue.costBefore(RateLimiter.NORMAL_PRIORITY)).isEqualTo(8);

        queue.remove(heavy);
        assertThat(queue.costBefore(RateLimiter.NORMAL_PRIORITY)).isEqualTo(1);
    }

    @Test
    void aGreaterPriorityStandsInFrontAlsoOfThoseThatAreSentAgain() {
        add(
                call(1),
                again(2),
                permit(1, -1, 3, true),
                permit(1, 5, 4, false),
                permit(1, 5, 5, true),
                permit(1, 0, 6, false));

        assertThat(times()).containsExactly(5L, 4L, 2L, 1L, 6L, 3L);
        assertThat(queue.costBefore(6)).isZero();
        assertThat(queue.costBefore(5)).isEqualTo(2);
        assertThat(queue.costBefore(1)).isEqualTo(2);
        assertThat(queue.costBefore(-1)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void itIsAlwaysInTheOrderOfAList(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<WaitingPermit> expected = new ArrayList<>();
        long since = 0;
        for (int i = 0; i < 3000; i++) {
            if (expected.isEmpty() || random.nextInt(5) < 3) {
                boolean again = random.nextBoolean();
                WaitingPermit permit = permit(
                        1 + random.nextInt(3),
                        random.nextInt(-1, 2),
                        again ? random.nextLong(1 + since) : since,
                        again);
                since++;
                queue.add(permit);
                int place = 0;
                while (place < expected.size() && !before(permit, expected.get(place))) {
                    place++;
                }
                expected.add(place, permit);
            } else {
                queue.remove(expected.remove(random.nextInt(expected.size())));
            }
            for (int priority = -2; priority <= 2; priority++) {
                int asked = priority;
                assertThat(queue.costBefore(asked))
                        .isEqualTo(expected.stream()
                                .filter(p -> p.priority >= asked)
                                .mapToLong(p -> p.cost)
                                .sum());
            }
            assertThat(queue.size()).isEqualTo(expected.size());
            assertThat(queue.head()).isSameAs(expected.isEmpty() ? null : expected.get(0));
        }
        assertThat(times()).isEqualTo(expected.stream().map(p -> p.since).toList());
    }

    private static boolean before(WaitingPermit one, WaitingPermit other) {
        if (one.priority != other.priority) {
            return one.priority > other.priority;
        }
        return one.again && (!other.again || one.since < other.since);
    }

    private void add(WaitingPermit... permits) {
        for (WaitingPermit permit : permits) {
            queue.add(permit);
        }
    }

    private WaitingPermit call(long since) {
        return permit(1, since, false);
    }

    private WaitingPermit again(long since) {
        return permit(1, since, true);
    }

    private WaitingPermit permit(int cost, long since, boolean again) {
        return permit(cost, RateLimiter.NORMAL_PRIORITY, since, again);
    }

    private WaitingPermit permit(int cost, int priority, long since, boolean again) {
        return new WaitingPermit(scope, cost, priority, since, again, 0, WaitCause.PERMIT, 0);
    }

    /** From head to tail; the way back must be the same, within a priority. */
    private List<Long> times() {
        List<Long> times = new ArrayList<>();
        WaitingPermit before = null;
        WaitingPermit each = queue.head();
        while (each != null) {
            boolean same = before != null && before.priority == each.priority;
            assertThat(each.previous).isSameAs(same ? before : null);
            times.add(each.since);
            before = each;
            each = queue.after(each);
        }
        return times;
    }

    private static ScopeLimiter scope() {
        SplittableRandom random = new SplittableRandom(1);
        LocalRateLimiter limiter = new LocalRateLimiter(List.of(), new VirtualTime(), new Events(null), () -> random);
        return limiter.state(Scope.of("api")).limiter();
    }
}
