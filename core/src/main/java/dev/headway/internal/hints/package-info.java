/**
 * How a response says what it allows. {@link dev.headway.internal.hints.FieldName} reads names, {@code Lengths} values (one
 * notation for each file beside it), {@code LimitFields} puts together what belongs to one limit, and
 * {@link dev.headway.internal.hints.StandardHintParser} says what goes before what.
 */
@NullMarked
package dev.headway.internal.hints;

import org.jspecify.annotations.NullMarked;
