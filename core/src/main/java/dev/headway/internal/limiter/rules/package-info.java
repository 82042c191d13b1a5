/**
 * One reason to hold a call in a file: each {@link dev.headway.internal.limiter.rules.Rule} names the moment from which it lets a
 * call go, and hears what went. None knows of a queue or of a lock.
 */
@NullMarked
package dev.headway.internal.limiter.rules;

import org.jspecify.annotations.NullMarked;
