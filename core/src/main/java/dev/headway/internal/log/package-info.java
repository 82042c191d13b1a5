/** The built-in log: which lines, how many of them, and what may stand in one. */
@NullMarked
package dev.headway.internal.log;

import org.jspecify.annotations.NullMarked;
