package dev.headway.internal.bodies;

import dev.headway.ErrorKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the error in a response says. What it does not say is null.
 *
 * @param code the error's code
 * @param kind what is known of such errors
 * @param delay how long to wait
 * @param usualDelay what the provider asks for of an error that tells no delay
 * @param scope what the limit covers
 * @param whole whether it covers the whole API, although the call belongs to a part
 */
public record ErrorHint(
        @Nullable String code,
        @Nullable ErrorKind kind,
        @Nullable Duration delay,
        @Nullable Duration usualDelay,
        @Nullable String scope,
        boolean whole) {

    /** What a response without an error says. */
    public static final ErrorHint NONE = new ErrorHint(null, null, null, null, null, false);
}
