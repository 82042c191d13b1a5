/**
 * For authors of client adapters and limiters: the state machine of one call ({@link dev.headway.spi.Execution}) and the
 * two drivers that carry out its steps. Beta: it may change between minor versions.
 */
@NullMarked
package dev.headway.spi;

import org.jspecify.annotations.NullMarked;
