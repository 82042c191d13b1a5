/**
 * The limiter of one process: hold a call only on evidence that the server would refuse it. {@code docs/limiter.md} is the tour.
 *
 * <p>Here is which scopes there are: {@link dev.headway.internal.limiter.LocalRateLimiter} finds, makes and forgets them, and those for
 * which there is no room share an {@link dev.headway.internal.limiter.Overflow}. The rest is below, each package using only those after it:
 *
 * <ul>
 *   <li>{@code scope}: one scope: its word, its lock, its waiting line, its permits;
 *   <li>{@code decide}: all rules of a scope together, and what answers and other limits make of them;
 *   <li>{@code learn}: what answers teach: what remains, who else uses the key, a rate;
 *   <li>{@code rules}: one reason to hold a call in a file.
 * </ul>
 *
 * <p>What all of them together must come to, situation by situation, is the tests' {@code simulation.Gates}.
 */
@NullMarked
package dev.headway.internal.limiter;

import org.jspecify.annotations.NullMarked;
