package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Code on the caller's thread, as a call. */
class CallTest {

    private static final Scope SCOPE = Scope.of("mail");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final CallOptions IDEMPOTENT =
            CallOptions.builder().idempotent().build();

    private final VirtualTime time = VirtualTime.automatic();
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void codeIsPaced() throws Exception {
        Headway headway = build(limited());

        headway.call(SCOPE, () -> "first");
        assertThat(time.elapsed()).isZero();
        assertThat(headway.call(SCOPE, () -> "second")).isEqualTo("second");
        assertThat(time.elapsed()).isBetween(SECOND, SECOND.multipliedBy(2));
        // Others have their own limit.
        Duration before = time.elapsed();
        headway.call(Scope.of("other"), () -> "third");
        assertThat(time.elapsed()).isEqualTo(before);
    }

    @Test
    void nothingIsAValueToo() throws Exception {
        Object result = build(Headway.builder()).call(SCOPE, () -> null);

        assertThat(result).isNull();
    }

    @Test
    void whatWasRefusedRunsAgainAtTheMomentThatItNames() throws Exception {
        Headway headway = build(Headway.builder());

        assertThat(headway.call(SCOPE, failing(1, new RefusedException(Duration.ofSeconds(3)))))
                .isEqualTo("done");

        assertThat(runs).hasValue(2);
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
    }

    @Test
    void aRefusalHoldsAllOfTheScope() {
        Headway headway = build(Headway.builder().onLimit(OnLimit.FAIL));
        RefusedException refusal = new RefusedException(Duration.ofSeconds(3));
        assertThatThrownBy(() -> headway.call(SCOPE, failing(1, refusal))).isSameAs(refusal);

        GiveUpException gaveUp = (GiveUpException) catchThrowable(() -> headway.call(SCOPE, failing(0, refusal)));

        assertThat(gaveUp.reason()).isEqualTo(GiveUpReason.LIMIT);
        assertThat(gaveUp.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        assertThat(runs).hasValue(1);
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void aRefusalIsRepeatedAlsoWhereFailuresAreNot() throws Exception {
        Headway headway = build(Headway.builder()
                .retry(RetryPolicy.builder().retryFailures(false).build()));

        assertThat(headway.call(SCOPE, failing(1, new RefusedException()))).isEqualTo("done");
    }

    @Test
    void aRefusalForTooLongIsHandedOver() {
        RefusedException refusal = new RefusedException(Duration.ofDays(1));

        assertThatThrownBy(() -> build(Headway.builder()).call(SCOPE, failing(1, refusal)))
                .isSameAs(refusal);

        assertThat(trace(refusal).gaveUp()).hasValue(GiveUpReason.SERVER_WAIT);
    }

    @Test
    void whatMayHaveBeenDoneIsNotDoneAgain() {
        IOException broken = new ConnectException("of a second request, perhaps");

        assertThatThrownBy(() -> build(Headway.builder()).call(SCOPE, failing(1, broken)))
                .isSameAs(broken);

        assertThat(runs).hasValue(1);
        assertThat(trace(broken).gaveUp()).hasValue(GiveUpReason.NOT_IDEMPOTENT);
    }

    @Test
    void aResultCanAskForAnotherRunOfWhatMayBeDoneTwice() throws Exception {
        Headway headway = build(Headway.builder()
                .retry(RetryPolicy.builder()
                        .retryIf(RetryRule.result("not yet"::equals))
                        .maxAttempts(4)
                        .backoff(Backoff.fixed(SECOND))
                        .build()));
        Callable<String> third = () -> runs.incrementAndGet() < 3 ? "not yet" : "done";

        assertThat(headway.call(SCOPE, IDEMPOTENT, third)).isEqualTo("done");
        assertThat(runs).hasValue(3);
        assertThat(time.elapsed()).isEqualTo(SECOND.multipliedBy(2));

        runs.set(0);
        assertThat(headway.call(SCOPE, third)).isEqualTo("not yet");
        assertThat(runs).hasValue(1);
        assertThat(headway.call(SCOPE, IDEMPOTENT, () -> "not yet")).isEqualTo("not yet");
    }

    @Test
    void itIsWhereTheCallerSaysSo() throws Exception {
        assertThat(build(Headway.builder()).call(SCOPE, IDEMPOTENT, failing(2, new IOException())))
                .isEqualTo("done");

        assertThat(runs).hasValue(3);
    }

    @Test
    void whenAttemptsAreUsedUpTheCallerGetsTheExceptionItself() {
        IOException broken = new IOException();

        assertThatThrownBy(() -> build(Headway.builder()).call(SCOPE, IDEMPOTENT, failing(100, broken)))
                .isSameAs(broken);

        assertThat(runs).hasValue(5);
        assertThat(trace(broken).attempts()).hasSize(5);
        assertThat(trace(broken).gaveUp()).hasValue(GiveUpReason.ATTEMPTS);
    }

    @Test
    void everythingElsePassesThroughAtOnceAndKeepsNoPermit() {
        Headway headway = build(Headway.builder().limit(Concurrency.of(1)).onLimit(OnLimit.FAIL));
        for (Throwable thrown : new Throwable[] {
            new Exception("checked"), new IllegalStateException(), new StackOverflowError(), new InterruptedException()
        }) {
            assertThatThrownBy(() -> headway.call(SCOPE, IDEMPOTENT, failing(1, thrown)))
                    .isSameAs(thrown)
                    .hasNoSuppressedExceptions();
        }
        assertThat(runs).hasValue(4);
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void aCallWithinThatGaveUpIsNotRepeated() {
        GiveUpException inner = new GiveUpException(new CallTrace(List.of(), List.of(), GiveUpReason.DEADLINE));

        assertThatThrownBy(() -> build(Headway.builder()).call(SCOPE, IDEMPOTENT, failing(1, inner)))
                .isSameAs(inner);
        assertThat(runs).hasValue(1);
    }

    /** It may have done something before that call. */
    @Test
    void codeIsNotRepeatedBecauseACallWithinWasRefused() {
        Headway headway = build(Headway.builder());
        AtomicInteger outer = new AtomicInteger();
        RefusedException refusal = new RefusedException();
        CallOptions once = CallOptions.builder().policy(RetryPolicy.none()).build();

        assertThatThrownBy(() -> headway.call(SCOPE, () -> {
                    outer.incrementAndGet();
                    return headway.call(Scope.of("within"), failing(100, refusal));
                }))
                .isSameAs(refusal);
        assertThat(outer).hasValue(1);
        assertThat(runs).hasValue(5);

        assertThat(headway.callAsync(SCOPE, () -> {
                    outer.incrementAndGet();
                    return headway.callAsync(
                            Scope.of("beside"), once, () -> CompletableFuture.failedFuture(new RefusedException()));
                }))
                .isCompletedExceptionally();
        assertThat(outer).hasValue(2);
    }

    @Test
    void anExceptionThatIsThrownForEverDoesNotGrowForEver() {
        IOException kept = new IOException();
        Headway headway = build(Headway.builder());
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> headway.call(SCOPE, failing(1, kept))).isSameAs(kept);
            assertThat(headway.callAsync(SCOPE, () -> CompletableFuture.failedFuture(kept)))
                    .isCompletedExceptionally();
        }

        assertThat(kept.getSuppressed()).hasSizeBetween(1, 16);
    }

    @Test
    void aRuleThatThrowsAnythingMatchesNothing() {
        IOException broken = new IOException("ab".repeat(100_000));
        RetryPolicy sneaky = RetryPolicy.builder()
                .retryIf(RetryRule.failureThat(thrown -> {
                    CallTest.<RuntimeException>sneak(new IOException("of the rule"));
                    return true;
                }))
                .build();
        RetryPolicy overflowing = RetryPolicy.builder()
                .retryIf(RetryRule.message(Pattern.compile("(a|b)*c")))
                .build();
        for (RetryPolicy policy : List.of(sneaky, overflowing)) {
            assertThatThrownBy(
                            () -> build(Headway.builder().retry(policy)).call(SCOPE, IDEMPOTENT, failing(100, broken)))
                    .isSameAs(broken);
        }
        assertThat(runs).hasValue(2);
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        Headway headway = build(limited());
        headway.call(SCOPE, () -> "first");
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> headway.call(SCOPE, failing(0, new IOException())))
                .isInstanceOf(InterruptedException.class);

        assertThat(runs).hasValue(0);
        assertThat(time.elapsed()).isZero();
        // Its place is the next one's.
        headway.call(SCOPE, () -> "third");
        assertThat(time.elapsed()).isLessThan(SECOND.multipliedBy(2));
    }

    // ---- without a thread

    @Test
    void codeThatWaitsHoldsNoThreadAndGoesWhenItsTimeComes() {
        VirtualTime still = new VirtualTime();
        Headway headway = limited().time(still).build();
        assertThat(headway.callAsync(SCOPE, this::later)).isCompletedWithValue("later");

        CompletableFuture<String> second = headway.callAsync(SCOPE, this::later);
        assertThat(second).isNotDone();
        assertThat(runs).hasValue(1);
        assertThat(still.parked()).isZero();
        assertThat(still.runNext()).isTrue();

        assertThat(second.join()).isEqualTo("later");
    }

    @Test
    void cancellingTheFutureEndsTheWait() {
        VirtualTime still = new VirtualTime();
        Headway headway = limited().time(still).build();
        headway.callAsync(SCOPE, this::later).join();
        CompletableFuture<String> second = headway.callAsync(SCOPE, this::later);

        second.cancel(false);

        assertThat(still.pending()).isZero();
        assertThat(runs).hasValue(1);
    }

    @Test
    void cancellingTheFutureCancelsTheStageAndGivesThePermitBack() {
        Headway headway = build(Headway.builder().limit(Concurrency.of(1)).onLimit(OnLimit.FAIL));
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = headway.callAsync(SCOPE, () -> stage);
        assertThat(headway.callAsync(SCOPE, this::later))
                .failsWithin(SECOND)
                .withThrowableThat()
                .withCauseInstanceOf(GiveUpException.class);

        call.cancel(false);

        assertThat(stage).isCancelled();
        assertThat(headway.callAsync(SCOPE, this::later)).isCompletedWithValue("later");
    }

    @Test
    void aStageIsRepeatedAndFailsAsCodeDoes() {
        Headway headway = build(Headway.builder());
        VirtualTime still = new VirtualTime();
        Headway stopped = Headway.builder().time(still).build();
        IOException broken = new IOException();
        CompletableFuture<String> refused = stopped.callAsync(
                SCOPE,
                () -> runs.incrementAndGet() == 1
                        ? CompletableFuture.failedFuture(new RefusedException(Duration.ofSeconds(3)))
                        : this.later());
        assertThat(runs).hasValue(1);
        assertThat(still.runNext()).isTrue();
        assertThat(refused.join()).isEqualTo("later");
        assertThat(still.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));

        for (Throwable thrown : new Throwable[] {broken, new Exception(), new StackOverflowError()}) {
            assertThat(catchThrowable(headway.callAsync(SCOPE, () -> CompletableFuture.failedFuture(thrown))::join))
                    .cause()
                    .isSameAs(thrown);
        }
        IllegalStateException atOnce = new IllegalStateException();
        assertThat(catchThrowable(headway.<String>callAsync(SCOPE, IDEMPOTENT, () -> {
                    throw atOnce;
                })::join))
                .cause()
                .isSameAs(atOnce);
        assertThat(trace(broken).gaveUp()).hasValue(GiveUpReason.NOT_IDEMPOTENT);
    }

    // ---- options

    @Test
    void whatIsNoFailureOfTheNetworkEndsBothKindsOfCallWhateverARuleMatches() {
        RetryPolicy everyFailure =
                RetryPolicy.builder().retryIf(RetryRule.failure()).build();
        Headway headway = build(Headway.builder().retry(everyFailure));
        IllegalStateException own = new IllegalStateException("own");

        assertThatThrownBy(() -> headway.call(SCOPE, IDEMPOTENT, () -> {
                    runs.incrementAndGet();
                    throw own;
                }))
                .isSameAs(own);
        CompletableFuture<String> future = headway.callAsync(SCOPE, IDEMPOTENT, () -> {
            runs.incrementAndGet();
            return CompletableFuture.failedFuture(own);
        });

        assertThat(future).isCompletedExceptionally();
        assertThat(runs).hasValue(2);
    }

    @Test
    void whatACallSaysGoesBeforeWhatTheHeadwaySays() throws Exception {
        Headway headway = build(Headway.builder()
                .limit(Quota.of(10).per(Duration.ofSeconds(10)))
                .cost(request -> 1)
                .onLimit(OnLimit.FAIL));
        headway.call(SCOPE, CallOptions.builder().cost(10).build(), () -> "heavy");
        assertThatThrownBy(() -> headway.call(SCOPE, () -> "light"))
                .isInstanceOf(GiveUpException.class)
                .hasMessageContaining("does not wait");
        CallOptions impatient =
                CallOptions.builder().onLimit(OnLimit.WAIT).maxWait(SECOND).build();
        assertThatThrownBy(() -> headway.call(SCOPE, impatient, () -> "soon"))
                .isInstanceOf(GiveUpException.class)
                .hasMessageContaining("longer wait than allowed");
        CallOptions patient = CallOptions.builder().onLimit(OnLimit.WAIT).build();
        assertThat(headway.call(SCOPE, patient, () -> "late")).isEqualTo("late");
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    }

    @Test
    void thePolicyOfACallIsItsOwnAndThePromiseGoesWithAny() {
        Headway headway = build(Headway.builder());
        CallOptions twice = CallOptions.builder()
                .policy(RetryPolicy.builder().maxAttempts(2).build())
                .idempotent()
                .build();

        assertThatThrownBy(() -> headway.call(SCOPE, twice, failing(100, new IOException())))
                .isInstanceOf(IOException.class);

        assertThat(runs).hasValue(2);
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> CallOptions.builder().cost(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 or more");
        assertThatThrownBy(() -> CallOptions.builder().maxWait(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RefusedException(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new RefusedException(SECOND).retryAfter()).hasValue(SECOND);
        assertThat(new RefusedException().retryAfter()).isEmpty();
    }

    private CompletableFuture<String> later() {
        runs.incrementAndGet();
        return CompletableFuture.completedFuture("later");
    }

    private Callable<String> failing(int times, Throwable thrown) {
        int until = runs.get() + times;
        return () -> {
            if (runs.incrementAndGet() <= until) {
                CallTest.<RuntimeException>sneak(thrown);
            }
            return "done";
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private static CallTrace trace(Throwable failure) {
        return ((CallTraceException) failure.getSuppressed()[0]).trace();
    }

    private static Headway.Builder limited() {
        return Headway.builder().limit(TokenBucket.perSecond(1));
    }

    private Headway build(Headway.Builder builder) {
        return builder.time(time).build();
    }
}
