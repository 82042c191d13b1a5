package dev.headway.internal.hints.structured;

import java.util.Base64;

/** A value without parameters, RFC 9651 section 3.3. Immutable. */
public sealed interface BareItem {

    /**
     * An Integer.
     *
     * @param value at most 15 digits
     */
    record Whole(long value) implements BareItem {}

    /**
     * A Decimal.
     *
     * @param thousandths the value times 1000, exact: there are at most three digits after the point
     */
    record Fraction(long thousandths) implements BareItem {}

    /**
     * A String.
     *
     * @param value without quotes and escapes
     */
    record Text(String value) implements BareItem {}

    /**
     * A Token.
     *
     * @param value as it stands
     */
    record Token(String value) implements BareItem {}

    /**
     * A Byte Sequence.
     *
     * @param base64 its only canonical form, so that two that are equal are so as records
     */
    record Bytes(String base64) implements BareItem {

        static Bytes of(byte[] value) {
            return new Bytes(Base64.getEncoder().encodeToString(value));
        }
    }

    /**
     * A Boolean.
     *
     * @param value true for {@code ?1}
     */
    record Flag(boolean value) implements BareItem {

        /** What a key without value means. */
        static final Flag TRUE = new Flag(true);
    }

    /**
     * A Date.
     *
     * @param epochSeconds at most 15 digits, perhaps negative
     */
    record Date(long epochSeconds) implements BareItem {}

    /**
     * A Display String.
     *
     * @param value decoded
     */
    record DisplayText(String value) implements BareItem {}
}
