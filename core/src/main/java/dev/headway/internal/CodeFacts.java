package dev.headway.internal;

import dev.headway.CallOptions;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.spi.RequestFacts;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Code instead of a request: it has a scope and no more, and no method that would make it idempotent.
 *
 * @param scope what shares the quota
 * @param options of this call alone
 */
public record CodeFacts(Scope scope, @Nullable CallOptions options) implements RequestFacts {

    @Override
    public String method() {
        return "CALL";
    }

    @Override
    public String url() {
        return scope.name();
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
