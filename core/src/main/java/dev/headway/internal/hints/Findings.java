package dev.headway.internal.hints;

import dev.headway.LimitHint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the fields of one response say, gathered before anything is weighed. */
final class Findings {

    private final boolean refused;
    private final boolean cached;
    private final ServerClock now;
    private final LimitFields limits;
    private final Scopes scopes = new Scopes();

    private @Nullable Duration millis;
    private @Nullable Duration standard;
    private @Nullable Duration vendor;
    private @Nullable Boolean shouldRetry;
    private @Nullable String errorCode;

    /**
     * For one response.
     *
     * @param refused whether its status says that a limit was hit
     * @param cached whether it has lain in a cache, so that its counters are of the past
     * @param now the moment of the response
     */
    Findings(boolean refused, boolean cached, ServerClock now) {
        this.refused = refused;
        this.cached = cached;
        this.now = now;
        this.limits = new LimitFields(refused, now);
    }

    boolean refused() {
        return refused;
    }

    ServerClock now() {
        return now;
    }

    Scopes scopes() {
        return scopes;
    }

    /** Takes a field of a name that is read by its shape. */
    void add(FieldName name, String value) {
        switch (name.meaning()) {
            case RETRY_AFTER_MILLIS -> addMillis(Lengths.of(value, name.unit(), now));
            case RETRY_AFTER -> standard = longer(standard, Lengths.of(value, name.unit(), now));
            case VENDOR_RETRY_AFTER -> addVendor(Lengths.bySize(value, name.unit(), now));
            case SHOULD_RETRY -> addShouldRetry(value);
            case DATE, AGE -> {
                // Speak of the response, and have been heard.
            }
            case LIMIT, REMAINING, USED, RESET_AFTER, RESET, RESET_TIME, WINDOW, POLICY, RATE_LIMIT -> {
                if (!cached) {
                    limits.add(name, value);
                }
            }
        }
    }

    /** Of repeated ones the longest counts. */
    void addMillis(@Nullable Duration length) {
        millis = longer(millis, length);
    }

    void addVendor(@Nullable Duration length) {
        vendor = longer(vendor, length);
    }

    void addLimit(LimitHint limit) {
        if (!cached) {
            limits.add(limit);
        }
    }

    void addErrorCode(String code) {
        if (errorCode == null && Scopes.isWord(code)) {
            errorCode = code;
        }
    }

    /** Of two words that contradict each other the cautious one counts. */
    private void addShouldRetry(String value) {
        if (value.equalsIgnoreCase("false")) {
            shouldRetry = false;
        } else if (value.equalsIgnoreCase("true") && shouldRetry == null) {
            shouldRetry = true;
        }
    }

    private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
        return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
    }

    /**
     * How long to hold back as a field made for that says. Milliseconds are finer than {@code Retry-After} and meant for those
     * who know them, so they go first.
     */
    @Nullable Duration retryAfter() {
        if (millis != null) {
            return millis;
        }
        return standard != null ? standard : vendor;
    }

    @Nullable Boolean shouldRetry() {
        return shouldRetry;
    }

    @Nullable String errorCode() {
        return errorCode;
    }

    List<LimitHint> limits() {
        return limits.hints(scopes);
    }

    /** Of a cached response none: what has the limits was told with its counters. */
    @Nullable String partition() {
        return cached ? null : scopes.partition();
    }

    boolean whole() {
        return !cached && scopes.whole();
    }

    @Nullable String scope() {
        return cached ? null : scopes.words();
    }
}
