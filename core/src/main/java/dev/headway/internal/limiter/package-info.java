/**
 * The limiter of one process: hold a call only on evidence that the server would refuse it.
 *
 * <p>{@link dev.headway.internal.limiter.LocalRateLimiter} finds the {@link dev.headway.internal.limiter.ScopeState} of a scope,
 * past which a call goes that nothing holds. Else there is a {@link dev.headway.internal.limiter.ScopeLimiter}, which owns the
 * queue and asks its rules, each a file of its own, when the head may go:
 *
 * <ul>
 *   <li>{@link dev.headway.internal.limiter.Gate}: not before the moment a refusal named;
 *   <li>{@link dev.headway.internal.limiter.BucketRule}: a told rate and burst;
 *   <li>{@link dev.headway.internal.limiter.QuotaRule}: no more than L in any window;
 *   <li>{@link dev.headway.internal.limiter.LearnedLimit}: what the server says remains;
 *   <li>{@link dev.headway.internal.limiter.SlowStart}: so many in flight until more is known;
 *   <li>{@link dev.headway.internal.limiter.Probing}: a rate learned from refusals alone.
 * </ul>
 *
 * <p>Time is nanoseconds since the limiter was made. Everything of a scope happens under its lock; nothing of the user's does.
 */
@NullMarked
package dev.headway.internal.limiter;

import org.jspecify.annotations.NullMarked;
