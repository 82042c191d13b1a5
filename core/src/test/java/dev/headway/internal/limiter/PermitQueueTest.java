package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Scope;
import dev.headway.WaitCause;
import dev.headway.internal.Events;
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

        assertThat(tickets()).containsExactly(1, 2, 3);
    }

    @Test
    void callsThatAreSentAgainStandInFrontTheOldestFirst() {
        add(call(10), call(11), again(7), again(3), again(5), again(9));

        assertThat(tickets()).containsExactly(3, 5, 7, 9, 10, 11);
    }

    @Test
    void aNewCallStandsBehindThoseThatAreSentAgain() {
        add(again(3), call(1));

        assertThat(tickets()).containsExactly(3, 1);
    }

    @Test
    void theCountOfCallsMayOverflow() {
        add(again(Integer.MIN_VALUE + 1), again(Integer.MAX_VALUE - 1));

        assertThat(tickets()).containsExactly(Integer.MAX_VALUE - 1, Integer.MIN_VALUE + 1);
    }

    @Test
    void anyoneMayLeaveFromAnywhere() {
        WaitingPermit first = again(1);
        WaitingPermit second = again(2);
        WaitingPermit third = call(3);
        WaitingPermit fourth = call(4);
        add(first, second, third, fourth);

        queue.remove(third);
        assertThat(tickets()).containsExactly(1, 2, 4);
        queue.remove(fourth);
        assertThat(tickets()).containsExactly(1, 2);
        queue.remove(first);
        assertThat(tickets()).containsExactly(2);
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
        assertThat(tickets()).containsExactly(1, 5, 10, 21);
        queue.remove(old);
        add(again(2));
        assertThat(tickets()).containsExactly(2, 5, 10, 21);
    }

    @Test
    void theCostIsThatOfAllWhoWait() {
        WaitingPermit heavy = permit(7, 1, false);
        add(heavy, call(2));
        assertThat(queue.cost()).isEqualTo(8);

        queue.remove(heavy);
        assertThat(queue.cost()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void itIsAlwaysInTheOrderOfAList(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<WaitingPermit> expected = new ArrayList<>();
        int ticket = 0;
        for (int i = 0; i < 3000; i++) {
            if (expected.isEmpty() || random.nextInt(5) < 3) {
                boolean again = random.nextBoolean();
                WaitingPermit permit =
                        permit(1 + random.nextInt(3), again ? random.nextInt(1 + ticket) : ticket, again);
                ticket++;
                queue.add(permit);
                int place = 0;
                while (place < expected.size() && !before(permit, expected.get(place))) {
                    place++;
                }
                expected.add(place, permit);
            } else {
                queue.remove(expected.remove(random.nextInt(expected.size())));
            }
            assertThat(queue.cost())
                    .isEqualTo(expected.stream().mapToLong(p -> p.cost).sum());
            assertThat(queue.head()).isSameAs(expected.isEmpty() ? null : expected.get(0));
        }
        assertThat(tickets()).isEqualTo(expected.stream().map(p -> p.ticket).toList());
    }

    private static boolean before(WaitingPermit one, WaitingPermit other) {
        return one.again && (!other.again || one.ticket <= other.ticket);
    }

    private void add(WaitingPermit... permits) {
        for (WaitingPermit permit : permits) {
            queue.add(permit);
        }
    }

    private WaitingPermit call(int ticket) {
        return permit(1, ticket, false);
    }

    private WaitingPermit again(int ticket) {
        return permit(1, ticket, true);
    }

    private WaitingPermit permit(int cost, int ticket, boolean again) {
        return new WaitingPermit(scope, cost, ticket, again, 0, WaitCause.PERMIT);
    }

    /** From head to tail; the way back must be the same. */
    private List<Integer> tickets() {
        List<Integer> tickets = new ArrayList<>();
        WaitingPermit before = null;
        WaitingPermit each = queue.head();
        while (each != null) {
            assertThat(each.previous).isSameAs(before);
            tickets.add(each.ticket);
            before = each;
            each = each.next;
        }
        return tickets;
    }

    private static ScopeLimiter scope() {
        SplittableRandom random = new SplittableRandom(1);
        LocalRateLimiter limiter = new LocalRateLimiter(List.of(), new VirtualTime(), new Events(null), () -> random);
        return new ScopeLimiter(Scope.of("api"), List.of(), limiter, 0);
    }
}
