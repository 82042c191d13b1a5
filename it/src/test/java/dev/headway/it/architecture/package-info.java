/** Who decides: core's judgement and limiter, and nobody else. */
@NullMarked
package dev.headway.it.architecture;

import org.jspecify.annotations.NullMarked;
