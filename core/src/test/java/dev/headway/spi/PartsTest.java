package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.HeadwayListener;
import dev.headway.LimitHint;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An answer may be about less than the scope that its call began with, or about another one. */
class PartsTest {

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration OVER = PAUSE.plusMillis(100);

    private final VirtualTime time = new VirtualTime();
    private final List<String> gates = new ArrayList<>();
    private final Headway headway = headway(Headway.builder());

    @Test
    void refusalOfAPartHoldsThatPartAlone() {
        served("/search/users", "search");
        served("/repos/a", "core");

        refused("/search/users", "search");

        assertThat(waits("/search/users")).isTrue();
        assertThat(waits("/repos/a")).isFalse();
        assertThat(gates).containsExactly("closed api#search");
    }

    @Test
    void refusedCallOfAPartIsSentAgainWhenThePartIsOpen() {
        Execution call = begin("/search/users");
        call.next();
        call.record(answer(429, "search", false));

        assertThat(call.next()).isInstanceOf(Step.Await.class);
        time.advance(OVER);
        assertThat(call.next()).isEqualTo(new Step.Send(2));
        call.record(answer(200, "search", false));
        assertThat(call.next()).isEqualTo(new Step.Return());
    }

    @Test
    void unknownPathBesideKnownOnesOfOnePartIsTakenForOneOfIt() {
        served("/search/users", "search");
        served("/search/code", "search");

        refused("/search/code", "search");

        assertThat(waits("/search/topics")).isTrue();
        assertThat(waits("/search")).isTrue();
        assertThat(waits("/searches")).isFalse();
        assertThat(waits("/")).isFalse();
    }

    @Test
    void unknownPathBesidePathsOfSeveralPartsIsNotHeld() {
        served("/api/a", "a");
        served("/api/b", "b");

        refused("/api/a", "a");

        assertThat(waits("/api/c")).isFalse();
        assertThat(waits("/api/b")).isFalse();
        assertThat(waits("/api/a")).isTrue();
    }

    @Test
    void partsAreToldApartByMethodToo() {
        Facts post = new Facts("POST", "/messages");
        Facts get = new Facts("GET", "/messages");
        end(headway.begin(post), answer(200, "write", false));
        end(headway.begin(get), answer(200, "read", false));

        end(headway.begin(post), answer(429, "write", false));

        assertThat(headway.begin(post).next()).isInstanceOf(Step.Await.class);
        assertThat(headway.begin(get).next()).isInstanceOf(Step.Send.class);
    }

    @Test
    void refusalOfTheWholeHoldsItsPartsToo() {
        served("/search/users", "search");
        served("/repos/a", "core");

        end(begin("/search/users"), answer(429, "search", true));

        assertThat(waits("/repos/a")).isTrue();
        assertThat(waits("/search/users")).isTrue();
        assertThat(waits("/unknown")).isTrue();
        assertThat(gates).containsExactly("closed api");

        time.advance(OVER);
        assertThat(waits("/repos/a")).isFalse();
    }

    @Test
    void callsThatWaitedForTheWholeGoByTheirPartOnceItIsKnown() {
        List<Execution> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Execution call = begin("/search/users");
            assertThat(call.next()).isInstanceOf(Step.Send.class);
            calls.add(call);
        }
        Execution waiting = begin("/search/users");
        assertThat(waiting.next()).isInstanceOf(Step.Await.class);

        calls.get(0).record(answer(429, "search", false));

        assertThat(waiting.next()).isInstanceOf(Step.Await.class);
        time.advance(OVER);
        assertThat(waiting.next()).isInstanceOf(Step.Send.class);
    }

    @Test
    void callThatIsSentAgainKeepsItsPlaceWhereItGoesByItsPart() {
        Headway narrow = headway(Headway.builder().maxWaiting(1));
        Execution refused = sent(narrow, "/search/users");
        Execution again = sent(narrow, "/search/users");
        for (int i = 2; i < 10; i++) {
            sent(narrow, "/other");
        }
        again.record(answer(500, null, false));
        Step.Wait backoff = (Step.Wait) again.next();
        sent(narrow, "/other");
        time.advance(Duration.ofNanos(backoff.nanos()));
        assertThat(again.next()).isInstanceOf(Step.Await.class);

        refused.record(answer(429, "search", false));
        Execution first = narrow.begin(new Facts("GET", "/search/users"));
        assertThat(first.next()).isInstanceOf(Step.Await.class);
        assertThat(again.next()).isInstanceOf(Step.Await.class);

        time.advance(OVER);
        assertThat(first.next()).isInstanceOf(Step.Await.class);
        assertThat(again.next()).isEqualTo(new Step.Send(2));
    }

    @Test
    void callThatWasNeverSentFindsTheQueueOfItsPartFull() {
        Headway narrow = headway(Headway.builder().maxWaiting(1));
        Execution refused = sent(narrow, "/search/users");
        for (int i = 1; i < 10; i++) {
            sent(narrow, "/other");
        }
        Execution moved = narrow.begin(new Facts("GET", "/search/users"));
        assertThat(moved.next()).isInstanceOf(Step.Await.class);

        refused.record(answer(429, "search", false));
        assertThat(narrow.begin(new Facts("GET", "/search/users")).next()).isInstanceOf(Step.Await.class);

        assertThat(moved.next()).isEqualTo(new Step.GiveUp(GiveUpReason.QUEUE_FULL));
    }

    @Test
    void callsThatWereUnderWayTogetherAreOneEpisode() {
        List<Execution> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Execution call = begin("/search/" + i);
            assertThat(call.next()).isInstanceOf(Step.Send.class);
            calls.add(call);
        }
        time.advance(Duration.ofMillis(10));
        for (Execution call : calls) {
            call.record(answer(429, "search", false, Duration.ZERO));
        }

        // A second episode that says "at once" would not be believed.
        time.advance(Duration.ofMillis(25));
        assertThat(waits("/search/0")).isFalse();
    }

    @Test
    void whatIsToldIsOfTheWhole() {
        Headway told = headway(Headway.builder().limit(Quota.of(100).per(Duration.ofMinutes(1))));
        end(told.begin(new Facts("GET", "/search/users")), answer(429, "search", false));

        assertThat(told.begin(new Facts("GET", "/repos/a")).next()).isInstanceOf(Step.Await.class);
        assertThat(gates).containsExactly("closed api");
    }

    @Test
    void partsAreBoundedInNumberAndTheRestIsTheWhole() {
        for (int i = 0; i < 64; i++) {
            served("/" + i, "part" + i);
        }
        refused("/another", "part64");

        assertThat(gates).containsExactly("closed api");
    }

    @Test
    void nameThatIsNoneIsNotAPart() {
        for (String name : List.of("", "a b", "\u0000", "x".repeat(65), "\u00e9")) {
            gates.clear();
            refused("/", name);
            assertThat(gates).as(name).containsExactly("closed api");
            time.advance(Duration.ofMinutes(1));
            served("/", null);
            // After refusals without counters calls are paced for a while.
            time.advance(Duration.ofMinutes(1));
        }
    }

    @Test
    void refusalOfARedirectsTargetHoldsTheTargetAlone() {
        Execution call = begin("/moved");
        call.next();
        call.record(
                new HintedAnswer(429, RateLimitHint.builder().retryAfter(PAUSE).build(), Scope.of("target")));

        assertThat(call.next()).isInstanceOf(Step.Wait.class);
        assertThat(gates).containsExactly("closed target");
        assertThat(waits("/another")).isFalse();
        time.advance(PAUSE);
        assertThat(call.next()).isEqualTo(new Step.Send(2));
    }

    @Test
    void limitsThatARedirectsTargetTellsAreTheTargets() {
        RateLimitHint exhausted = RateLimitHint.builder()
                .limit(new LimitHint(null, 10L, 0L, PAUSE, null, "requests"))
                .build();
        end(begin("/moved"), new HintedAnswer(200, exhausted, Scope.of("target")));

        assertThat(waits("/another")).isFalse();
        assertThat(headway.begin(new Facts("GET", "/", Scope.of("target"))).next())
                .isInstanceOf(Step.Await.class);
    }

    // ----

    private Headway headway(Headway.Builder builder) {
        return builder.time(time)
                .retry(RetryPolicy.standard())
                .hints(HintedAnswer.PARSER)
                .listener(new HeadwayListener() {
                    @Override
                    public void gateClosed(GateEvent event) {
                        gates.add("closed " + event.scope());
                    }
                })
                .build();
    }

    private Execution begin(String path) {
        return headway.begin(new Facts("GET", path));
    }

    private static Execution sent(Headway headway, String path) {
        Execution call = headway.begin(new Facts("GET", path));
        assertThat(call.next()).isInstanceOf(Step.Send.class);
        return call;
    }

    private void served(String path, @Nullable String part) {
        end(begin(path), answer(200, part, false));
    }

    private void refused(String path, String part) {
        end(begin(path), answer(429, part, false));
    }

    /** One attempt, after which the caller goes. */
    private static void end(Execution call, Signal.Response answer) {
        assertThat(call.next()).isInstanceOf(Step.Send.class);
        call.record(answer);
        call.cancel();
    }

    private boolean waits(String path) {
        Execution call = begin(path);
        boolean waits = call.next() instanceof Step.Await;
        call.cancel();
        return waits;
    }

    private static HintedAnswer answer(int status, @Nullable String part, boolean whole) {
        return answer(status, part, whole, PAUSE);
    }

    private static HintedAnswer answer(int status, @Nullable String part, boolean whole, Duration pause) {
        return HintedAnswer.of(status, part, whole, pause, null);
    }

    private record Facts(String method, String path, Scope scope) implements RequestFacts {

        Facts(String method, String path) {
            this(method, path, Scope.of("api"));
        }

        @Override
        public String url() {
            return "https://api.example.com" + path;
        }

        @Override
        public boolean replayable() {
            return true;
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }

        @Override
        public @Nullable RetryPolicy policy() {
            return null;
        }

        @Override
        public OptionalLong timeLeftNanos() {
            return OptionalLong.empty();
        }
    }
}
