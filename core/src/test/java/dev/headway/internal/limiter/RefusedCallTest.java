package dev.headway.internal.limiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Limit;
import dev.headway.Permit;
import dev.headway.Quota;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.internal.Events;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a refusal gives back, and whom it holds. */
class RefusedCallTest {

    private static final Scope API = Scope.of("api");

    private final VirtualTime time = new VirtualTime();

    @Test
    void aRefusedCallIsNotCountedSoItGoesAgainWithinTheWindow() {
        LocalRateLimiter limiter = limiter(Quota.of(1).per(Duration.ofHours(1)));
        long sent = time.nanoTime();
        Permit refused = acquire(limiter, API);
        refuse(refused, sent);
        Permit again = refused.renew(sent, time.nanoTime(), deadline());
        assertThat(again.state()).isEqualTo(Permit.State.PENDING);

        time.advance(Duration.ofSeconds(3));
        assertThat(again.state()).isEqualTo(Permit.State.GRANTED);
    }

    @Test
    void aPauseOfTheWholeHoldsItsParts() {
        LocalRateLimiter limiter = limiter();
        Scope part = API.part("search");
        assertThat(acquire(limiter, part).state()).isEqualTo(Permit.State.GRANTED);
        refuse(acquire(limiter, API), time.nanoTime());

        assertThat(acquire(limiter, part).state()).isEqualTo(Permit.State.PENDING);
    }

    private static void refuse(Permit permit, long sent) {
        RateLimitHint hint =
                RateLimitHint.builder().retryAfter(Duration.ofSeconds(2)).build();
        permit.answered(sent, Permit.Answer.REFUSED, hint);
    }

    private Permit acquire(LocalRateLimiter limiter, Scope scope) {
        return limiter.acquire(scope, 1, time.nanoTime(), deadline());
    }

    private long deadline() {
        return time.nanoTime() + Duration.ofDays(1).toNanos();
    }

    private LocalRateLimiter limiter(Limit... told) {
        SplittableRandom random = new SplittableRandom(1);
        return new LocalRateLimiter(List.of(told), time, new Events(null), () -> random);
    }
}
