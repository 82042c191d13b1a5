package dev.headway.internal;

import dev.headway.CallOptions;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.spi.RequestFacts;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request with a scope of its own. Only with a resolver, so a call without one has nothing more to go through. */
public final class ScopedFacts implements RequestFacts {

    private final RequestFacts facts;
    private final Scope scope;

    /**
     * Changes the scope alone.
     *
     * @param facts the request
     * @param scope its scope
     */
    public ScopedFacts(RequestFacts facts, Scope scope) {
        this.facts = facts;
        this.scope = Objects.requireNonNull(scope, "scope");
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public Scope origin() {
        return facts.origin();
    }

    @Override
    public String method() {
        return facts.method();
    }

    @Override
    public String url() {
        return facts.url();
    }

    @Override
    public boolean replayable() {
        return facts.replayable();
    }

    @Override
    public List<String> headers(String name) {
        return facts.headers(name);
    }

    @Override
    public boolean hasHeader(String name) {
        return facts.hasHeader(name);
    }

    @Override
    public boolean addHeader(String name, String value) {
        return facts.addHeader(name, value);
    }

    @Override
    public @Nullable RetryPolicy policy() {
        return facts.policy();
    }

    @Override
    public @Nullable CallOptions options() {
        return facts.options();
    }

    @Override
    public OptionalLong timeLeftNanos() {
        return facts.timeLeftNanos();
    }
}
