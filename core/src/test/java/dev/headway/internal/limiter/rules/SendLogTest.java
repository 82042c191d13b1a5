package dev.headway.internal.limiter.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendLogTest {

    @Test
    void aBurstMayComeAgainExactlyOneSpanLater() {
        SendLog log = new SendLog(100, 5000);
        for (int i = 0; i < 100; i++) {
            log.add(7, 1);
        }

        assertThat(log.earliest(8, 1)).isEqualTo(5007);
        assertThat(log.earliest(5006, 1)).isEqualTo(5007);
        assertThat(log.earliest(5007, 100)).isEqualTo(5007);
    }

    /** Against every send remembered: never more than the limit in any span, and never far from it under full demand. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void neverMoreThanTheLimitInAnySpan(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int limit = 1 + random.nextInt(200);
        long span = 1000 + random.nextLong(1_000_000);
        SendLog log = new SendLog(limit, span);
        ArrayDeque<Long> sends = new ArrayDeque<>();
        long now = random.nextLong(1000);
        for (int i = 0; i < 5000; i++) {
            now += random.nextInt(3) == 0 ? random.nextLong(span / 10) : 0;
            now = log.earliest(now, 1);
            log.add(now, 1);
            sends.addLast(now);
            while (sends.getFirst() <= now - span) {
                sends.removeFirst();
            }
            assertThat(sends.size()).as("seed %d, send %d", seed, i).isLessThanOrEqualTo(limit);
        }
    }

    @Test
    void whatIsTakenOutMakesRoom() {
        SendLog log = new SendLog(2, 1000);
        log.add(10, 1);
        log.add(20, 1);
        log.remove(10, 1);

        assertThat(log.earliest(30, 1)).isEqualTo(30);
    }

    @Test
    void whatCountsFromLaterLeavesLater() {
        SendLog log = new SendLog(2, 1000);
        log.addLate(10, 510, 1);
        log.add(300, 1);

        assertThat(log.earliest(400, 1)).isEqualTo(1300);
        assertThat(log.earliest(1300, 2)).isEqualTo(1510);
    }

    @Test
    void whatCameSoonerThanExpectedLeavesSooner() {
        SendLog log = new SendLog(2, 1000);
        log.addLate(10, 810, 1);
        log.add(500, 1);
        log.arrived(810, 300, 1);

        assertThat(log.earliest(900, 1)).isEqualTo(1300);
        assertThat(log.earliest(1300, 2)).isEqualTo(1500);
    }

    @Test
    void whatIsNotThereDoesNotMove() {
        SendLog log = new SendLog(2, 1000);
        log.add(10, 1);
        log.add(500, 1);
        log.arrived(810, 20, 1);

        assertThat(log.earliest(900, 2)).isEqualTo(1500);
    }

    /** The last answered first, as a server with a stack does. */
    @Test
    void howeverTheyComeThereAreFewSlices() {
        SendLog log = new SendLog(10_000, 64_000);
        for (int i = 0; i < 10_000; i++) {
            log.addLate(i, 100_000 + i, 1);
        }
        for (int i = 9_999; i >= 0; i--) {
            log.arrived(100_000 + i, 20_000 + i, 1);
        }

        assertThat(log.slices()).isLessThan(20);
        assertThat(log.earliest(31_000, 10_000)).isEqualTo(93_999);
    }

    /** Whatever moves from where to where, in the end nothing is left. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nothingIsLostNorKept(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SendLog log = new SendLog(1000, 10_000);
        long now = 0;
        for (int i = 0; i < 5000; i++) {
            now += random.nextLong(200);
            log.add(now, random.nextInt(1, 5));
            log.addLate(now, now + 5000, random.nextInt(1, 5));
            log.arrived(now - random.nextLong(2000) + 5000, now - random.nextLong(3000), random.nextInt(1, 5));
            if (random.nextInt(5) == 0) {
                log.remove(now - random.nextLong(5000), 2);
            }
            assertThat(log.room(now)).isLessThanOrEqualTo(1000);
            assertThat(log.slices()).isLessThan(120);
        }
        assertThat(log.room(now + 20_000)).isEqualTo(1000);
    }

    @Test
    void whatLeftIsCounted() {
        SendLog log = new SendLog(10, 1000);
        log.add(10, 3);
        log.add(500, 2);

        assertThat(log.expired(1010)).isEqualTo(3);
        assertThat(log.expired(1500)).isEqualTo(5);
    }

    @Test
    void anotherSizeRemembersTheSameSends() {
        SendLog log = new SendLog(10, 1000).resized(3, 2000);
        log.add(10, 1);
        SendLog wider = log.resized(1, 5000);

        assertThat(wider.earliest(100, 1)).isEqualTo(5010);
    }

    @Test
    void moreThanTheLimitWaitsWholeSpans() {
        SendLog log = new SendLog(10, 1000);
        log.add(0, 10);

        assertThat(log.earliest(0, 25)).isGreaterThanOrEqualTo(3000);
    }

    /** A bound that is too late would refuse a call that could still go in time. */
    @Test
    void withAnEmptyLogTheFirstOfManyGoAtOnce() {
        SendLog log = new SendLog(10, 1000);

        assertThat(log.earliest(7, 10)).isEqualTo(7);
        assertThat(log.earliest(7, 11)).isEqualTo(1007);
        assertThat(log.earliest(7, 20)).isEqualTo(1007);
        assertThat(log.earliest(7, 21)).isEqualTo(2007);

        log.add(100, 1);
        log.remove(100, 1);
        assertThat(log.earliest(100, 11)).as("what was taken out holds nothing").isEqualTo(1100);
    }

    /** Threads read the clock before they take the lock. */
    @Test
    void aSendThatIsNotedLateDoesNotMakeASliceLeaveEarly() {
        SendLog log = new SendLog(2, 64_000);
        log.add(1000, 1);
        log.add(900, 1);

        assertThat(log.earliest(64_900, 2)).isEqualTo(65_000);
    }
}
