package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.HeadwayListener;
import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Pacing;
import dev.headway.Permit;
import dev.headway.Permit.Answer;
import dev.headway.Permit.State;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.internal.Events;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A listener that was told of a closed gate is told of its end: when a call goes, and when the scope itself goes away. */
class GateEventsTest extends CallsOnVirtualTime {

    private static final Scope PART = API.part("search");

    private final List<String> heard = new ArrayList<>();

    /** Until when each gate is closed, as listeners were told. */
    private final TreeMap<String, Long> closed = new TreeMap<>();

    /** What was opened too soon, or was not closed. */
    private final List<String> wrong = new ArrayList<>();

    private boolean changing;

    @Test
    void gateOfAPartThatBecomesOneWithItsWholeIsTheWholes() {
        LocalRateLimiter limiter = limiter(100);
        refuse(take(limiter, PART, 1).get(0), 30);

        limiter.changeLimits(List.of(TokenBucket.perSecond(10)));
        assertThat(heard).containsExactly("closed api#search", "closed api", "opened api#search");

        time.advance(Duration.ofSeconds(31));
        take(limiter, PART, 1);
        assertThat(heard).endsWith("opened api").hasSize(4);
    }

    @Test
    void gateOfAWholeIsOpenWhenACallOfAPartGoes() {
        LocalRateLimiter limiter = limiter(100);
        Scope within = PART.part("code");
        take(limiter, within, 1);
        refuse(take(limiter, API, 1).get(0), 30);
        List<Permit> waiting = take(limiter, within, 1);
        time.advance(Duration.ofSeconds(29));
        assertThat(heard).containsExactly("closed api");

        time.advance(Duration.ofSeconds(2));
        assertThat(granted(waiting)).isEqualTo(1);
        assertThat(heard).containsExactly("closed api", "opened api");
        take(limiter, API, 1);
        assertThat(heard).hasSize(2);
    }

    @Test
    void gateOfAScopeThatIsForgottenIsOpen() {
        LocalRateLimiter limiter = limiter(1);
        refuse(take(limiter, API, 1).get(0), 30);
        time.advance(Duration.ofMinutes(16));
        assertThat(heard).containsExactly("closed api");

        take(limiter, Scope.of("other"), 1);
        assertThat(limiter.snapshot(API)).isEmpty();
        assertThat(heard).containsExactly("closed api", "opened api");
    }

    @Test
    void gateOfAScopeThatIsForgottenForOtherLimitsIsOpen() {
        LocalRateLimiter limiter = limiter(1);
        refuse(take(limiter, API, 1).get(0), 30);
        time.advance(Duration.ofMinutes(16));

        limiter.changeLimits(List.of(TokenBucket.perSecond(10)));
        assertThat(limiter.snapshot(API)).isEmpty();
        assertThat(heard).containsExactly("closed api", "opened api");
    }

    @Test
    void gateBeyondTheBoundIsOpenWhenThatBeginsAnew() {
        LocalRateLimiter limiter = limiter(1);
        take(limiter, API, 1);
        refuse(take(limiter, Scope.of("other"), 1).get(0), 30);
        time.advance(Duration.ofMinutes(16));

        limiter.changeLimits(List.of(TokenBucket.perSecond(10)));
        assertThat(heard).containsExactly("closed (scopes beyond the bound)", "opened (scopes beyond the bound)");
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyGateThatIsToldShutIsToldOpenOnce(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LocalRateLimiter limiter = limiter(random.nextInt(2, 8));
        List<Scope> scopes = new ArrayList<>(List.of(API, PART, PART.part("code"), API.part("core")));
        IntStream.range(0, 6).mapToObj(i -> Scope.of("s" + i)).forEach(scopes::add);
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Scope scope = scopes.get(random.nextInt(scopes.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> permits.add(take(limiter, scope, 1).get(0));
                case 3 -> adopt(limiter, scope, permits);
                case 4, 5, 6 -> end(permits, random);
                case 7 -> time.advance(Duration.ofMinutes(random.nextInt(random.nextInt(5) == 0 ? 20 : 2)));
                case 8 -> time.advance(Duration.ofMillis(random.nextInt(2000)));
                default -> change(limiter, random);
            }
            check(limiter, permits);
        }
        assertThat(heard).as("both happen").isNotEmpty();

        // Nothing is closed for as long, and so every scope that is there lets a call go.
        while (!permits.isEmpty()) {
            end(permits, new SplittableRandom(0));
        }
        time.advance(Duration.ofDays(1));
        scopes.forEach(scope -> take(limiter, scope, 1));
        assertThat(closed).isEmpty();
        assertThat(wrong).isEmpty();
    }

    private void check(LocalRateLimiter limiter, List<Permit> permits) {
        assertThat(wrong).isEmpty();
        for (String name : closed.keySet()) {
            Scope scope = scope(name);
            assertThat(name.startsWith("(") || limiter.snapshot(scope).isPresent())
                    .as("%s is still there, or was told open", name)
                    .isTrue();
        }
        permits.removeIf(permit -> permit.state() == State.REFUSED || permit.state() == State.CANCELLED);
    }

    private static Scope scope(String name) {
        String[] parts = name.split("#", -1);
        Scope scope = Scope.of(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            scope = scope.part(parts[i]);
        }
        return scope;
    }

    private void adopt(LocalRateLimiter limiter, Scope scope, List<Permit> permits) {
        Permit adopted = limiter.adopt(scope, 1);
        if (adopted != null) {
            permits.add(adopted);
        }
    }

    private void end(List<Permit> permits, SplittableRandom random) {
        if (permits.isEmpty()) {
            return;
        }
        Permit permit = permits.remove(random.nextInt(permits.size()));
        if (permit.state() != State.GRANTED) {
            permit.cancel(time.nanoTime());
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> refuse(permit, random.nextInt(100));
            case 1 -> permit.answered(time.nanoTime(), Answer.REFUSED, NONE);
            case 2 -> permit.answered(time.nanoTime(), Answer.ACCEPTED, used(random.nextInt(100)));
            case 3 -> permit.cancel(time.nanoTime());
            default -> permit.answered(time.nanoTime(), Answer.ACCEPTED, NONE);
        }
    }

    private void change(LocalRateLimiter limiter, SplittableRandom random) {
        changing = true;
        limiter.changeLimits(
                switch (random.nextInt(4)) {
                    case 0 -> List.of(TokenBucket.perSecond(10));
                    case 1 -> List.of(Quota.of(20).per(Duration.ofMinutes(1)));
                    default -> List.<Limit>of();
                });
        changing = false;
    }

    private void refuse(Permit permit, int seconds) {
        permit.answered(
                time.nanoTime(),
                Answer.REFUSED,
                RateLimitHint.builder().retryAfter(Duration.ofSeconds(seconds)).build());
    }

    /** A limit of another unit is used up: closes the gate although the call was accepted. */
    private static RateLimitHint used(int seconds) {
        return RateLimitHint.builder()
                .limit(new LimitHint(null, 100L, 0L, Duration.ofSeconds(seconds), null, "tokens"))
                .build();
    }

    private LocalRateLimiter limiter(int maxScopes) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(
                new Settings(List.of(), Pacing.EAGER, Integer.MAX_VALUE, maxScopes),
                time,
                new Events(listener()),
                () -> random);
    }

    private HeadwayListener listener() {
        return new HeadwayListener() {
            @Override
            public void gateClosed(GateEvent event) {
                heard.add("closed " + event.scope());
                closed.put(
                        event.scope().name(), time.nanoTime() + event.length().toNanos());
            }

            @Override
            public void gateOpened(Scope scope) {
                heard.add("opened " + scope);
                Long until = closed.remove(scope.name());
                boolean dissolved = changing && scope.whole() != null;
                if (until == null || (until - time.nanoTime() > 0 && !dissolved)) {
                    wrong.add("opened " + scope);
                }
            }
        };
    }
}
