package dev.headway.internal;

import dev.headway.Scope;
import dev.headway.ScopeResolver;
import dev.headway.spi.RequestFacts;
import dev.headway.spi.TimeSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the user's resolver, and lets nothing that it does harm a call. */
public final class Scoping {

    private static final Logger LOG = LoggerFactory.getLogger(ScopeResolver.class);
    private static final long QUIET = TimeUnit.MINUTES.toNanos(1);

    private final ScopeResolver resolver;
    private final TimeSource time;
    private final BiConsumer<String, Throwable> log;
    private final AtomicLong quietUntil;

    /**
     * For one Headway.
     *
     * @param resolver the user's
     * @param time by which warnings are counted
     */
    public Scoping(ScopeResolver resolver, TimeSource time) {
        this(resolver, time, LOG::warn);
    }

    Scoping(ScopeResolver resolver, TimeSource time, BiConsumer<String, Throwable> log) {
        this.resolver = resolver;
        this.time = time;
        this.log = log;
        this.quietUntil = new AtomicLong(time.nanoTime());
    }

    /**
     * Finds the scope of a call.
     *
     * @param facts the request
     * @return the request with its scope
     */
    public RequestFacts scoped(RequestFacts facts) {
        try {
            @Nullable Scope scope = resolver.resolve(facts);
            if (scope != null) {
                return new ScopedFacts(facts, scope);
            }
            warn("returned null", new Throwable("No scope"));
        } catch (Throwable e) {
            // Whatever it is, also an error. Its message may quote a header field, so only the place is told.
            Throwable place = new Throwable("Where it was thrown");
            place.setStackTrace(e.getStackTrace());
            warn("threw " + e.getClass().getName(), place);
        }
        return facts;
    }

    private void warn(String what, Throwable place) {
        long now = time.nanoTime();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET)) {
            log.accept(
                    "The ScopeResolver " + what + "; the call's scope is its origin (said at most once a minute)",
                    place);
        }
    }
}
