/**
 * Structured fields of HTTP as RFC 9651 parses them: {@link dev.headway.internal.hints.structured.StructuredFields} makes
 * {@link dev.headway.internal.hints.structured.Member}s of text, and {@link
 * dev.headway.internal.hints.structured.BareItem}s are what these hold. Knows nothing of limits.
 */
@NullMarked
package dev.headway.internal.hints.structured;

import org.jspecify.annotations.NullMarked;
