package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadwayApisTest {

    private static final URI GITHUB = URI.create("https://api.github.com/x");

    private static HeadwayConfig config(String api) {
        return HeadwayConfig.parse("{\"apis\": {\"github\": {\"hosts\": \"api.github.com\", " + api + "}}}");
    }

    @Test
    void findsByNameAndByUrl() {
        HeadwayApis apis = HeadwayApis.of(config("\"limits\": \"10/s\""));

        assertThat(apis.forUrl(GITHUB)).hasValue(apis.named("github"));
        assertThat(apis.forUrl(URI.create("https://else.example"))).isEmpty();
        assertThatThrownBy(() -> apis.named("gitlab")).hasMessage("There is no API gitlab; there are github.");
    }

    @Test
    void addsWhatNoFileCanSay() {
        List<String> named = new ArrayList<>();
        HeadwayApis apis = HeadwayApis.of(config("\"pace\": \"even\""), (name, builder) -> {
            named.add(name);
            builder.retry(RetryPolicy.none());
        });

        assertThat(named).containsExactly("github");
        assertThat(apis.named("github").retryPolicy()).isSameAs(RetryPolicy.none());
    }

    @Test
    void reloadKeepsTheInstanceAndChangesThePolicy() {
        HeadwayApis apis = HeadwayApis.of(config("\"retry\": {\"maxAttempts\": 3}"));
        Headway before = apis.named("github");

        apis.reload(config("\"retry\": {\"maxAttempts\": 4}"));

        assertThat(apis.named("github")).isSameAs(before);
        assertThat(before.retryPolicy().maxAttempts()).isEqualTo(4);
    }

    @Test
    void reloadAddsAndForgetsApis() {
        HeadwayApis apis = HeadwayApis.of(config("\"limits\": \"10/s\""));

        apis.reload(HeadwayConfig.parse("{\"apis\": {\"new\": {\"hosts\": \"*\"}}}"));

        assertThat(apis.forUrl(GITHUB)).hasValue(apis.named("new"));
        assertThatThrownBy(() -> apis.named("github")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reloadRefusesWhatIsFixedAndChangesNothing() {
        HeadwayApis apis = HeadwayApis.of(config("\"retry\": {\"maxAttempts\": 3}, \"pace\": \"even\""));
        HeadwayConfig other = config("\"retry\": {\"maxAttempts\": 4}, \"maxWaiting\": 3");

        assertThatThrownBy(() -> apis.reload(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The API github can not be reloaded with another maxWaiting, pace: that is fixed when it is made."
                                + " Nothing was changed.");
        assertThat(apis.named("github").retryPolicy().maxAttempts()).isEqualTo(3);
    }

    @Test
    void anApiWithALimiterOfTheUsersKeepsAllItsSettingsWhenItsLimitsAreRefused() {
        RateLimiter own = (scope, cost, priority, nowNanos, deadlineNanos) -> {
            throw new AssertionError("Nothing is sent");
        };
        HeadwayApis apis =
                HeadwayApis.of(config("\"retry\": {\"maxAttempts\": 3}"), (name, builder) -> builder.limiter(own));
        HeadwayConfig other = config("\"limits\": \"10/s\", \"retry\": {\"maxAttempts\": 4}");

        assertThatThrownBy(() -> apis.reload(other)).isInstanceOf(IllegalStateException.class);
        assertThat(apis.named("github").retryPolicy().maxAttempts()).isEqualTo(3);
    }

    @Test
    void aReloadThatIsRefusedChangesNothingOfApisThatStandBefore() {
        RateLimiter own = (scope, cost, priority, nowNanos, deadlineNanos) -> {
            throw new AssertionError("Nothing is sent");
        };
        String file = "{\"apis\": {\"first\": {%1$s}, \"own\": {%1$s}}}";
        HeadwayApis apis = HeadwayApis.of(
                HeadwayConfig.parse(file.formatted("\"retry\": {\"maxAttempts\": 3}")), (name, builder) -> {
                    if (name.equals("own")) {
                        builder.limiter(own);
                    }
                });
        HeadwayConfig other =
                HeadwayConfig.parse(file.formatted("\"limits\": \"10/s\", \"retry\": {\"maxAttempts\": 4}"));

        assertThatThrownBy(() -> apis.reload(other)).isInstanceOf(IllegalStateException.class);
        assertThat(apis.named("first").retryPolicy().maxAttempts()).isEqualTo(3);
    }
}
