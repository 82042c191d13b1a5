/**
 * For tests of code that uses Headway: {@link dev.headway.testkit.RateLimitedApi}, an HTTP API with a true quota on a
 * loopback socket, {@link dev.headway.testkit.FaultProxy}, which does to any server's clients what networks do, {@link
 * dev.headway.testkit.RequestChecks} of what they sent, and {@link dev.headway.testkit.VirtualTime}, a clock that only a test
 * moves.
 */
@NullMarked
package dev.headway.testkit;

import org.jspecify.annotations.NullMarked;
