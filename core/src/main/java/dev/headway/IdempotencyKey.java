package dev.headway;

import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A header field that Headway adds to calls which could not be sent again without it, so that the server knows the second for the
 * first: {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header), {@code opc-retry-token} of OCI and the like. One value
 * for all attempts of a call, another for each call.
 *
 * <p>Only for a server that keeps the promise: one that does not know the field would do the work twice. Thread-safe if its
 * supplier is.
 */
public final class IdempotencyKey {

    private static final String TOKEN_CHARS = "!#$%&'*+-.^_`|~";

    private final String header;
    private final Supplier<String> values;

    private IdempotencyKey(String header, Supplier<String> values) {
        this.header = header;
        this.values = values;
    }

    /**
     * Returns one with random values: version 4 UUIDs (RFC 9562).
     *
     * @param name the field's name
     * @return the key
     * @throws IllegalArgumentException if the name is none
     */
    public static IdempotencyKey header(String name) {
        return header(name, () -> UUID.randomUUID().toString());
    }

    /**
     * Returns one with values of the user's.
     *
     * @param name the field's name
     * @param values gives a value for each call, of visible ASCII characters; thread-safe and quick. Where it throws or gives
     *     anything else, the call is sent without the field, and not again where nobody knows what came of it.
     * @return the key
     * @throws IllegalArgumentException if the name is none
     */
    public static IdempotencyKey header(String name, Supplier<String> values) {
        if (name.isEmpty() || !name.chars().allMatch(IdempotencyKey::ofToken)) {
            throw new IllegalArgumentException("This is no name of a header field: \"" + name + "\".");
        }
        return new IdempotencyKey(name, Objects.requireNonNull(values, "values"));
    }

    /** RFC 9110 section 5.6.2. */
    private static boolean ofToken(int c) {
        boolean alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return alphanumeric || TOKEN_CHARS.indexOf(c) >= 0;
    }

    /**
     * Returns the name of the field.
     *
     * @return the name, as given
     */
    public String header() {
        return header;
    }

    /**
     * Returns a value for a new call.
     *
     * @return the value
     * @throws IllegalStateException if the supplier gave none that can be sent; the message does not quote it
     */
    public String newValue() {
        String value = values.get();
        if (value == null || value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalStateException("A value of the field " + header + " must be of visible ASCII characters.");
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdempotencyKey that && header.equals(that.header) && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(header, values);
    }

    @Override
    public String toString() {
        return "IdempotencyKey[" + header + "]";
    }
}
