/**
 * What a user of Headway meets: one {@link dev.headway.Headway} per API, its {@link dev.headway.RetryPolicy} and its
 * {@link dev.headway.Limit limits}.
 *
 * <p>The way of one request, and who owns each stage:
 *
 * <pre>
 * request  →  permit  →  attempt  →  signal  →  decision  →  wait  →  permit  →  …  →  response
 * </pre>
 *
 * <ol>
 *   <li><b>request</b>: an adapter describes it as {@link dev.headway.spi.RequestFacts}, of
 *       which a {@link dev.headway.ScopeResolver} may make another {@link dev.headway.Scope} than the origin;
 *   <li><b>permit</b>: the {@link dev.headway.RateLimiter} grants a {@link dev.headway.Permit}, now or later;
 *   <li><b>attempt</b>: a driver has the client send;
 *   <li><b>signal</b>: what came back, as a {@link dev.headway.Signal}, read by the {@link dev.headway.HintParser};
 *   <li><b>decision</b>: {@link dev.headway.spi.Execution} with the {@link dev.headway.RetryPolicy};
 *   <li><b>wait</b>: for a {@link dev.headway.WaitCause}, then a permit again.
 * </ol>
 */
@NullMarked
package dev.headway;

import org.jspecify.annotations.NullMarked;
