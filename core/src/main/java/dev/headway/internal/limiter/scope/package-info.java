/**
 * One scope: how a call gets its permit, waits for it and gives it back.
 *
 * <p>A scope that nothing holds is one word ({@link dev.headway.internal.limiter.scope.ScopeState}), changed without a lock as its {@link
 * dev.headway.internal.limiter.scope.FastPath} says. Else its {@link dev.headway.internal.limiter.scope.ScopeLimiter} decides
 * under a lock; no listener runs there.
 */
@NullMarked
package dev.headway.internal.limiter.scope;

import org.jspecify.annotations.NullMarked;
