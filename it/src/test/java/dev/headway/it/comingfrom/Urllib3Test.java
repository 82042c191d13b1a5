package dev.headway.it.comingfrom;

import static dev.headway.testkit.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.RetryPolicies;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** urllib3's Retry, as requests mounts it. */
@Timeout(60)
class Urllib3Test extends Origin {

    @Test
    void totalFactorAndStatuses() throws IOException {
        // begin retry
        Headway.Builder api = Headway.builder().retry(RetryPolicies.urllib3(3, Duration.ofMillis(500), 502, 503));
        // end

        Sent failing = get(api, status(502, ""));
        assertThat(failing.attempts()).isEqualTo(4);
        // 0, 1 and 2 s.
        assertThat(failing.took()).isEqualTo(seconds(3));
        assertThat(get(api, status(500, "")).attempts()).isEqualTo(1);
        Sent told = get(api, status(429, "", "Retry-After: 4"), OK);
        assertThat(told.attempts()).isEqualTo(2);
        assertThat(told.took()).isBetween(seconds(4), seconds(4.5));
    }
}
