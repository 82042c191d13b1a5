package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the eager-limiter study that this form of the limiter promises, on the real classes. */
class LimiterSimulationTest {

    private static final Duration FIVE = Duration.ofSeconds(5);
    private static final Duration ONE = Duration.ofSeconds(1);

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void aBurstWithinAToldQuotaCostsOneRoundTrip(long seed) {
        Simulation.Result result = Simulation.burst(
                100,
                SimulatedServer.fixedWindow(100, FIVE, SimulatedServer.NOTHING, 0),
                seed,
                Quota.of(100).per(FIVE));

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(2 * Simulation.ROUND_TRIP);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void aToldQuotaIsNeverPassedOnAFixedWindow(long seed) {
        Simulation.Result result = Simulation.burst(
                1000,
                SimulatedServer.fixedWindow(100, FIVE, SimulatedServer.NOTHING, 0),
                seed,
                Quota.of(100).per(FIVE));

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(1.1 * (45 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void aToldQuotaIsNeverPassedOnASlidingLog(long seed) {
        Simulation.Result result = Simulation.burst(
                1000,
                SimulatedServer.slidingLog(100, ONE, SimulatedServer.NOTHING),
                seed,
                Quota.of(100).per(ONE));

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(1.3 * (9 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void twoBurstsCloseTogetherShareAToldQuota(long seed) {
        Simulation.Result result = Simulation.twoBursts(
                60,
                Duration.ofMillis(3500),
                SimulatedServer.slidingLog(100, FIVE, SimulatedServer.NOTHING),
                seed,
                Quota.of(100).per(FIVE));

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(1.15 * (5 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void whatAnotherProcessUsedBeforeIsSeenInTheFirstAnswer(long seed) {
        Simulation.Result result = Simulation.burst(
                100,
                SimulatedServer.fixedWindow(100, FIVE, SimulatedServer.EVERYTHING, 60),
                seed,
                Quota.of(100).per(FIVE));

        assertThat(result.refused()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void aToldBucketIsUsedToTheFullWithoutARefusal(long seed) {
        Simulation.Result result = Simulation.burst(
                200,
                SimulatedServer.tokenBucket(20, 20, SimulatedServer.EVERYTHING),
                seed,
                TokenBucket.perSecond(20).burst(20));

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(1.05 * (9 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void aToldBucketWithoutABurstKeepsItsDistance(long seed) {
        Simulation.Result result = Simulation.burst(
                100, SimulatedServer.tokenBucket(2, 1, SimulatedServer.NOTHING), seed, TokenBucket.perSecond(2));

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(1.06 * (49.5 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void headersAloneAreEnoughOnAFixedWindow(long seed) {
        Simulation.Result within =
                Simulation.burst(100, SimulatedServer.fixedWindow(100, FIVE, SimulatedServer.EVERYTHING, 0), seed);
        assertThat(within.refused()).isZero();
        assertThat(within.seconds()).isLessThan(2 * Simulation.ROUND_TRIP);

        Simulation.Result beyond =
                Simulation.burst(1000, SimulatedServer.fixedWindow(100, FIVE, SimulatedServer.EVERYTHING, 0), seed);
        assertThat(beyond.refused()).isZero();
        assertThat(beyond.seconds()).isLessThan(1.2 * (45 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void headersAloneAreEnoughOnASlidingLog(long seed) {
        Simulation.Result result =
                Simulation.burst(1000, SimulatedServer.slidingLog(100, FIVE, SimulatedServer.EVERYTHING), seed);

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(1.2 * (45 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void headersAloneAreEnoughOnALongWindow(long seed) {
        Simulation.Result result = Simulation.burst(
                1000, SimulatedServer.fixedWindow(600, Duration.ofSeconds(60), SimulatedServer.EVERYTHING, 0), seed);

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(1.2 * (60 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void headersAloneAreNearlyEnoughOnATokenBucket(long seed) {
        Simulation.Result result =
                Simulation.burst(200, SimulatedServer.tokenBucket(20, 20, SimulatedServer.EVERYTHING), seed);

        assertThat(result.refused()).isLessThanOrEqualTo(10);
        assertThat(result.seconds()).isLessThan(1.2 * (9 + Simulation.ROUND_TRIP));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void oneThousandCallsOnFiveThousandAnHourAreNotHeldBeyondTheColdStart(long seed) {
        Simulation.Result result = Simulation.burst(
                1000, SimulatedServer.fixedWindow(5000, Duration.ofHours(1), SimulatedServer.EVERYTHING, 0), seed);

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(2 * Simulation.ROUND_TRIP);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void anApiWithoutALimitPaysFourRoundTripsOnce(long seed) {
        Simulation.Result result = Simulation.burst(200, SimulatedServer.open(), seed);

        assertThat(result.refused()).isZero();
        assertThat(result.seconds()).isLessThan(5 * 1.05 * Simulation.ROUND_TRIP);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 7, 11})
    void refusalsAloneTeachTheRate(long seed) {
        Simulation.Result silent =
                Simulation.burst(2000, SimulatedServer.tokenBucket(20, 20, SimulatedServer.NOTHING), seed);
        assertThat(silent.refused()).isLessThanOrEqualTo(60);
        assertThat(silent.seconds()).isLessThan(1.1 * (99 + Simulation.ROUND_TRIP));
        assertThat(silent.mostAttempts()).isLessThanOrEqualTo(4);

        Simulation.Result retryAfter =
                Simulation.burst(200, SimulatedServer.tokenBucket(20, 20, SimulatedServer.RETRY_AFTER), seed);
        assertThat(retryAfter.refused()).isLessThanOrEqualTo(50);
        // What the bucket refills during a pause of a whole second is not used afterwards.
        assertThat(retryAfter.seconds()).isLessThan(1.15 * (9 + Simulation.ROUND_TRIP));
    }
}
