/**
 * What the beginning of a body says of an error: its code, what that means, how long to wait, and what it covers. {@link
 * dev.headway.internal.bodies.BodyText} makes text of bytes, {@code JsonFacts} and {@code XmlFacts} take from it what stands at
 * the places that {@link dev.headway.internal.bodies.ErrorTable} names, and {@link dev.headway.internal.bodies.ErrorReader}
 * says what it means. The table is a file, so that a user adds a line without code.
 */
@NullMarked
package dev.headway.internal.bodies;

import org.jspecify.annotations.NullMarked;
