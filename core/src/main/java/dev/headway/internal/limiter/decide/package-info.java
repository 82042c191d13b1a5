/**
 * All rules of one scope together: {@link dev.headway.internal.limiter.decide.ScopeRules} says when a call may go, {@link
 * dev.headway.internal.limiter.decide.Answers} what an answer makes of the rules, {@link
 * dev.headway.internal.limiter.decide.RuleChanges} what other limits make of them. Nothing here knows of a queue.
 */
@NullMarked
package dev.headway.internal.limiter.decide;

import org.jspecify.annotations.NullMarked;
