/**
 * The limiter of one process: hold a call only on evidence that the server would refuse it.
 *
 * <p>{@link dev.headway.internal.limiter.LocalRateLimiter} finds the {@link dev.headway.internal.limiter.ScopeState} of a scope,
 * past which a call goes that nothing holds. Else there is a {@link dev.headway.internal.limiter.ScopeLimiter}, which owns the
 * queue and asks its {@link dev.headway.internal.limiter.ScopeRules}, each a file of its own, when the head may go:
 *
 * <ul>
 *   <li>{@link dev.headway.internal.limiter.Gate}: not before the moment a refusal named;
 *   <li>{@link dev.headway.internal.limiter.BucketRule}: a told rate and burst;
 *   <li>{@link dev.headway.internal.limiter.WindowRule}: no more than L in any window, told or learned;
 *   <li>{@link dev.headway.internal.limiter.LearnedLimit}: what the server says remains;
 *   <li>{@link dev.headway.internal.limiter.SlowStart}: so many in flight until more is known;
 *   <li>{@link dev.headway.internal.limiter.Probing}: a rate learned from refusals alone.
 * </ul>
 *
 * <p>Where the server shows that it counts otherwise, a rule changes; what shows it is a file of its own as well:
 *
 * <ul>
 *   <li>{@link dev.headway.internal.limiter.EvenPace}: what goes instead of the free burst of a window;
 *   <li>{@link dev.headway.internal.limiter.FreshWindows}: windows that are not full after their reset, by the server's counters;
 *   <li>{@link dev.headway.internal.limiter.Crowd}: refusals that only others' calls explain;
 *   <li>{@link dev.headway.internal.limiter.Indifference}: refusals that no rate explains.
 * </ul>
 *
 * <p>Other limits at run time are {@link dev.headway.internal.limiter.Told} anew, and {@link
 * dev.headway.internal.limiter.Succession} makes their rules of the old ones. The number of scopes is bounded: who holds nothing is
 * forgotten, and the rest shares an {@link dev.headway.internal.limiter.Overflow}.
 *
 * <p>{@link dev.headway.internal.limiter.SendLog} and {@link dev.headway.internal.limiter.Pace} are what they count and pace
 * with. {@code docs/limiter.md} leads through all files: the way of a call, the states of a scope, the order of the locks. The tests' {@code simulation.Gates} say, situation by situation, what all of them together must come to.
 *
 * <p>Time is nanoseconds since the limiter was made. What the word does not decide happens under the scope's lock; no listener runs there.
 */
@NullMarked
package dev.headway.internal.limiter;

import org.jspecify.annotations.NullMarked;
