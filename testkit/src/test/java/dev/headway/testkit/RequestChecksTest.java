package dev.headway.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Concurrency;
import dev.headway.Quota;
import dev.headway.TokenBucket;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestChecksTest {

    private static final AnsweredRequest REFUSED = refused(1000, 3000);

    @Test
    void whatComesBeforeItsMomentIsEarly() {
        RequestChecks.that(List.of(REFUSED, at(1000), at(3000))).neverEarly();
        assertFails(
                () -> RequestChecks.that(List.of(REFUSED, at(2999))).neverEarly(),
                "Early by 0.001 s: 2.999 s GET / 200, after 1.0 s GET / 429, which allowed nothing before 3.0 s");
    }

    @Test
    void theLatestMomentHolds() {
        assertFails(
                () -> RequestChecks.that(List.of(REFUSED, refused(1000, 2000), at(2500)))
                        .neverEarly(),
                "before 3.0 s");
        assertFails(
                () -> RequestChecks.that(List.of(REFUSED, refused(1000, 9000), at(8000)))
                        .neverEarly(),
                "before 9.0 s");
    }

    @Test
    void whatWasUnderWayIsNotEarly() {
        RequestChecks.that(List.of(REFUSED, at(1050))).neverEarly(ofMillis(50));
        assertFails(() -> RequestChecks.that(List.of(REFUSED, at(1051))).neverEarly(ofMillis(50)), "Early by 1.949 s");
    }

    @Test
    void refusalsAreOverTheLimit() {
        RequestChecks.that(List.of(at(0), named(0, "POST", "a", 503))).neverOver();
        assertFails(
                () -> RequestChecks.that(List.of(at(0), REFUSED)).neverOver(),
                "Over the limit, 1 of 2: 1.0 s GET / 429");
    }

    @Test
    void aLimitHoldsForAServerThatDoesNotCount() {
        List<AnsweredRequest> requests = List.of(at(0), at(900), at(1000));

        RequestChecks.that(requests)
                .neverOver(Quota.of(2).per(ofSeconds(1)))
                .neverOver(TokenBucket.perSecond(1).burst(2));
        assertFails(
                () -> RequestChecks.that(requests).neverOver(Quota.of(2).per(ofMillis(1001))),
                "1.0 s GET / 200 came 0.001 s too soon");
        assertFails(
                () -> RequestChecks.that(requests).neverOver(TokenBucket.perSecond(2)),
                "1.0 s GET / 200 came 0.4 s too soon");
        assertThatThrownBy(() -> RequestChecks.that(requests).neverOver(Concurrency.of(2)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatTheServerMayHaveActedOnMustNotComeAgain() {
        RequestChecks.that(List.of(
                        named(0, "POST", "a", 429),
                        named(1, "POST", "a", 503),
                        named(2, "POST", "a", 200),
                        named(3, "PUT", "a", 200),
                        named(4, "POST", "b", 200),
                        at(5)))
                .nothingTwice();
        assertFails(
                () -> RequestChecks.that(List.of(named(0, "POST", "a", 0), named(2000, "POST", "a", 429)))
                        .nothingTwice(),
                "Sent twice: 2.0 s POST / (a) 429, after 0.0 s POST / (a) no answer");
    }

    @Test
    void aRecordWithoutIdsShowsNothing() {
        RequestChecks.that(List.of()).nothingTwice();
        assertFails(() -> RequestChecks.that(List.of(at(0))).nothingTwice(), "No request has an id");
    }

    @Test
    void anApiRecordsWhatTheChecksNeed() throws Exception {
        VirtualTime time = new VirtualTime();
        Ledger ledger = new Ledger(Quota.of(1).per(ofSeconds(5)), Counting.FIXED_WINDOW, time);
        ledger.judge("POST", "/", 0, "a");
        time.advance(ofSeconds(2));
        ledger.judge("POST", "/", 0, null);

        assertThat(ledger.requests())
                .containsExactly(
                        new AnsweredRequest(Duration.ZERO, "POST", "/", 200, 0, "a", Duration.ZERO),
                        new AnsweredRequest(ofSeconds(2), "POST", "/", 429, 0, null, ofSeconds(5)));
    }

    private static void assertFails(ThrowingCallable check, String message) {
        assertThatThrownBy(check).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }

    private static AnsweredRequest at(long millis) {
        return named(millis, "GET", null, 200);
    }

    private static AnsweredRequest named(long millis, String method, @Nullable String id, int status) {
        return new AnsweredRequest(ofMillis(millis), method, "/", status, 0, id, ofMillis(millis));
    }

    private static AnsweredRequest refused(long millis, long until) {
        return new AnsweredRequest(ofMillis(millis), "GET", "/", 429, 0, null, ofMillis(until));
    }
}
