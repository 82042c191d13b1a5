/** How a response says what it allows: one notation for each file. */
@NullMarked
package dev.headway.internal.hints;

import org.jspecify.annotations.NullMarked;
