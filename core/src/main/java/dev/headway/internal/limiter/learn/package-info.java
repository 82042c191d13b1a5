/**
 * What answers teach where the user has told nothing, or the server counts otherwise than it was told. None of it is needed to
 * understand how a call is held.
 *
 * <ul>
 *   <li>{@link dev.headway.internal.limiter.learn.LearnedLimits}: what header fields say remains;
 *   <li>{@link dev.headway.internal.limiter.learn.OtherUsers}: refusals that only others' calls explain;
 *   <li>{@link dev.headway.internal.limiter.learn.FreshWindows}: windows that are not full after their reset;
 *   <li>{@link dev.headway.internal.limiter.learn.Probing}: a rate learned from refusals alone;
 *   <li>{@link dev.headway.internal.limiter.learn.Indifference}: refusals that no rate explains.
 * </ul>
 */
@NullMarked
package dev.headway.internal.limiter.learn;

import org.jspecify.annotations.NullMarked;
