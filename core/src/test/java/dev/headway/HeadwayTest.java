package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.internal.Events;
import dev.headway.internal.limiter.LocalRateLimiter;
import dev.headway.spi.RequestFacts;
import dev.headway.spi.Step;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeadwayTest {

    private final VirtualTime time = new VirtualTime();

    @Test
    void listenersAreToldOfWhomTheyHear() {
        List<Headway> heard = new ArrayList<>();
        HeadwayListener listener = new HeadwayListener() {
            @Override
            public void attached(Headway headway) {
                heard.add(headway);
            }
        };

        Headway built = Headway.builder().listener(listener).listener(listener).build();

        assertThat(heard).containsExactly(built, built);
    }

    @Test
    void theDefaultIsTheStandardPolicy() {
        assertThat(Headway.create().retryPolicy()).isSameAs(RetryPolicy.standard());
        assertThat(Headway.builder().retry(RetryPolicy.none()).build().retryPolicy())
                .isSameAs(RetryPolicy.none());
    }

    @Test
    void aPolicyForOneCallIsRefusedForAll() {
        Headway.Builder builder = Headway.builder();

        assertThatThrownBy(() -> builder.retry(RetryPolicy.standard().forIdempotentCall()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A policy for an idempotent call can only be given to a single call: "
                        + "not every call may be done twice.");
        assertThat(builder.build().retryPolicy()).isSameAs(RetryPolicy.standard());
    }

    @Test
    void limitsAndALimiterOfTheUsersExcludeEachOther() {
        Headway.Builder builder =
                Headway.builder().limit(TokenBucket.perSecond(1)).limiter(limiter());

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("limit(...), pace(...), maxWaiting(...) and maxScopes(...) are for Headway's own limiter,"
                        + " not for one given with limiter(...).");
    }

    @Test
    void aLimiterOfTheUsersIsAskedInsteadOfTheLocalOne() {
        List<String> asked = new ArrayList<>();
        RateLimiter local = limiter(Quota.of(1).per(Duration.ofHours(1)));
        RateLimiter own = (scope, cost, priority, now, deadline) -> {
            asked.add(scope + " for " + cost + " within " + Duration.ofNanos(deadline - now));
            assertThat(now).isEqualTo(time.nanoTime());
            return local.acquire(scope, cost, priority, now, deadline);
        };
        Headway headway = Headway.builder().time(time).limiter(own).build();

        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.Send(1));
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        assertThat(headway.begin(request("b")).next()).isEqualTo(new Step.Send(1));
        assertThat(asked).containsExactly("a for 1 within PT5M", "a for 1 within PT5M", "b for 1 within PT5M");
    }

    @Test
    void severalLimitsAddUp() {
        Headway headway = Headway.builder()
                .time(time)
                .limit(Quota.of(2).per(Duration.ofHours(1)))
                .limit(TokenBucket.perSecond(100).burst(100), Quota.of(3).per(Duration.ofDays(1)))
                .build();

        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.Send(1));
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.Send(1));
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
    }

    @Test
    void limitsChangeWhileItRuns() {
        Headway headway = Headway.builder()
                .time(time)
                .limit(Quota.of(1).per(Duration.ofHours(1)))
                .build();
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.Send(1));

        headway.changeLimits(Quota.of(2).per(Duration.ofHours(1)));
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.Send(1));
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));
        headway.changeLimits();
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.Send(1));
    }

    @Test
    void scopesBeyondTheBoundShareOneLimit() {
        Headway headway = Headway.builder()
                .time(time)
                .limit(Quota.of(1).per(Duration.ofHours(1)))
                .maxScopes(1)
                .build();
        assertThat(headway.begin(request("a")).next()).isEqualTo(new Step.Send(1));
        assertThat(headway.begin(request("b")).next()).isEqualTo(new Step.Send(1));
        assertThat(headway.begin(request("c")).next()).isEqualTo(new Step.GiveUp(GiveUpReason.DEADLINE));

        for (int none : new int[] {0, -1, 10_000_001}) {
            assertThatThrownBy(() -> Headway.builder().maxScopes(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The number of scopes must be between 1 and 10000000, not " + none + ".");
        }
    }

    @Test
    void aLimiterOfTheUsersKeepsItsOwnLimits() {
        Headway headway = Headway.builder().limiter(limiter()).build();

        assertThatThrownBy(() -> headway.changeLimits(TokenBucket.perSecond(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("changeLimits(...) is for the limiter of this process: "
                        + "a limiter of your own keeps its own limits.");
        assertThatThrownBy(() -> headway.hint(Scope.of("a"), TokenBucket.perSecond(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("hint(...)");
    }

    @Test
    void eachBuildHasStateOfItsOwn() {
        Headway.Builder builder = Headway.builder().time(time).limit(Quota.of(1).per(Duration.ofHours(1)));
        Headway first = builder.build();
        Headway second = builder.build();

        assertThat(first.begin(request("a")).next()).isEqualTo(new Step.Send(1));
        assertThat(second.begin(request("a")).next()).isEqualTo(new Step.Send(1));
        builder.limit(TokenBucket.perSecond(1));
        assertThat(first.begin(request("b")).next()).isEqualTo(new Step.Send(1));
    }

    @Test
    @SuppressWarnings("NullAway") // what only a caller without a null checker can pass
    void nothingIsRefusedWithTheNameOfWhatIsMissing() {
        Headway.Builder builder = Headway.builder();

        assertThatThrownBy(() -> builder.limiter(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("limiter");
        assertThatThrownBy(() -> builder.hints(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("hints");
        assertThatThrownBy(() -> builder.listener(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("listener");
        assertThatThrownBy(() -> builder.time(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("time");
        assertThatThrownBy(() -> builder.random(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("random");
    }

    private LocalRateLimiter limiter(Limit... limits) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(List.of(limits), time, new Events(null), () -> random);
    }

    private static RequestFacts request(String scope) {
        return new RequestFacts() {
            @Override
            public String method() {
                return "GET";
            }

            @Override
            public String url() {
                return "https://api.example.com/";
            }

            @Override
            public Scope scope() {
                return Scope.of(scope);
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
        };
    }
}
