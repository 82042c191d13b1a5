package dev.headway.spi;

import dev.headway.RetryPolicy;
import dev.headway.Scope;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request for tests. */
record Facts(
        String method,
        boolean replayable,
        Set<String> headers,
        @Nullable RetryPolicy policy,
        @Nullable Duration timeLeft)
        implements RequestFacts {

    static Facts of(String method) {
        return new Facts(method, true, Set.of(), null, null);
    }

    Facts with(RetryPolicy own) {
        return new Facts(method, replayable, headers, own, timeLeft);
    }

    Facts withHeader(String name) {
        return new Facts(method, replayable, Set.of(name), policy, timeLeft);
    }

    Facts withOneShotBody() {
        return new Facts(method, false, headers, policy, timeLeft);
    }

    Facts within(Duration left) {
        return new Facts(method, replayable, headers, policy, left);
    }

    @Override
    public String url() {
        return "https://api.example.com/things";
    }

    @Override
    public Scope scope() {
        return Scope.of("api");
    }

    @Override
    public List<String> headers(String name) {
        return headers.stream().anyMatch(name::equalsIgnoreCase) ? List.of("a value") : List.of();
    }

    @Override
    public OptionalLong timeLeftNanos() {
        return timeLeft == null ? OptionalLong.empty() : OptionalLong.of(timeLeft.toNanos());
    }
}
