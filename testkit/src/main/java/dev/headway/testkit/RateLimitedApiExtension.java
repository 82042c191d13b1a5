package dev.headway.testkit;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * For JUnit Jupiter: each test gets a {@link RateLimitedApi} of its own as a parameter, which is closed after it. The
 * parameter of a {@code @BeforeEach} or {@code @AfterEach} method is the same one.
 *
 * <pre>{@code
 * @RegisterExtension
 * final RateLimitedApiExtension apis =
 *         new RateLimitedApiExtension(() -> RateLimitedApi.builder().limit(TokenBucket.perSecond(10)));
 *
 * @Test
 * void keepsTheLimit(RateLimitedApi api) { … }
 * }</pre>
 *
 * <p>Thread-safe, tests may run in parallel. Needs JUnit Jupiter on the class path, which this module does not bring.
 */
// A module that does not test may use this one without Jupiter, which it would have to bring if it were handed on.
@SuppressWarnings("exports")
public final class RateLimitedApiExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private final Supplier<RateLimitedApi.Builder> apis;

    /**
     * Makes an extension.
     *
     * @param apis returns what an API shall be like, before each test
     */
    public RateLimitedApiExtension(Supplier<RateLimitedApi.Builder> apis) {
        this.apis = requireNonNull(apis, "apis");
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        store(context).put(RateLimitedApi.class, apis.get().start());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        RateLimitedApi api = store(context).remove(RateLimitedApi.class, RateLimitedApi.class);
        if (api != null) {
            api.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RateLimitedApi.class
                && store(context).get(RateLimitedApi.class) != null;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return requireNonNull(store(context).get(RateLimitedApi.class));
    }

    private ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(this));
    }
}
