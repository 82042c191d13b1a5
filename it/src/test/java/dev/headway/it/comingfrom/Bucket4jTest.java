package dev.headway.it.comingfrom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.CallOptions;
import dev.headway.GiveUpException;
import dev.headway.GiveUpReason;
import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.Quota;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bucket4j: bandwidths, and tokens that are tried for. */
@Timeout(60)
class Bucket4jTest extends Origin {

    private static final Scope API = Scope.of("api");

    @Test
    void aGreedyBandwidthIsATokenBucket() throws Exception {
        // begin greedy
        Headway.Builder builder =
                Headway.builder().limit(TokenBucket.perSecond(10).burst(20));
        // end

        Headway api = builder.time(time).build();
        for (int i = 0; i < 100; i++) {
            api.call(API, () -> "sent");
        }
        // The burst at once, then ten a second.
        assertThat(time.elapsed()).isBetween(seconds(8), seconds(8.3));
    }

    @Test
    void severalBandwidthsAreSeveralLimits() throws Exception {
        // begin several
        Headway.Builder builder = Headway.builder()
                .limit(Quota.of(10).per(Duration.ofSeconds(1)), Quota.of(15).per(Duration.ofMinutes(1)));
        // end

        Headway api = builder.time(time).build();
        for (int i = 0; i < 15; i++) {
            api.call(API, () -> "sent");
        }
        assertThat(time.elapsed()).isBetween(seconds(1), seconds(1.2));
        api.call(API, () -> "sent");
        assertThat(time.elapsed()).isBetween(seconds(60), seconds(66.1));
    }

    @Test
    void tokensAreTriedForWithACost() throws Exception {
        Headway api = Headway.builder()
                .limit(Quota.of(10).per(Duration.ofMinutes(1)))
                .time(time)
                .build();
        // begin try
        CallOptions five = CallOptions.builder().cost(5).onLimit(OnLimit.FAIL).build();
        String reply = api.call(API, five, () -> "sent");
        // end

        assertThat(reply).isEqualTo("sent");
        api.call(API, five, () -> "sent");
        GiveUpException refused = (GiveUpException) Assertions.catchThrowable(() -> api.call(API, five, () -> "sent"));
        assertThat(refused.reason()).isEqualTo(GiveUpReason.LIMIT);
    }
}
