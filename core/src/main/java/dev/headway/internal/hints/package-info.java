/**
 * How the header fields of a response say what it allows. In the order of a response:
 *
 * <ul>
 *   <li>{@code HeaderField} knows what a name means, from {@code FieldName} (by its shape, whoever the vendor is) or {@code
 *       Dialects} (one vendor's own, a line of {@code dialects.txt} each: {@code DialectLine}, {@code Template}, {@code
 *       Reading});
 *   <li>{@code HintFields} keeps the lines that matter and has each read into {@code Findings};
 *   <li>{@code LimitFields} puts together what belongs to one limit: {@code LimitGroup} the fields of one family of names,
 *       {@code RateLimitDictionary} draft 07, {@code NamedLimits} draft 08 and later, on {@link
 *       dev.headway.internal.hints.structured structured fields};
 *   <li>{@code Lengths} reads values (one notation for each file beside it), {@code Counts} and {@code Numbers} counts;
 *   <li>{@link dev.headway.internal.hints.StandardHintParser} says what goes before what.
 * </ul>
 */
@NullMarked
package dev.headway.internal.hints;

import org.jspecify.annotations.NullMarked;
