/** A limiter that many processes share through Redis or Valkey. */
@NullMarked
package dev.headway.redis;

import org.jspecify.annotations.NullMarked;
