package dev.headway.internal.limiter.scope;

import dev.headway.Permit;
import dev.headway.WaitCause;
import dev.headway.internal.limiter.decide.ScopeRules;
import dev.headway.internal.limiter.decide.Shared;
import dev.headway.internal.limiter.rules.Rule;
import dev.headway.spi.TimeSource;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The waiting line of one scope, in front of its {@link ScopeRules}: whoever can not go joins the queue, and one timer is set, for the
 * moment of its head. Under the lock of the scope.
 */
final class WaitingLine {

    private final ScopeLimiter scope;
    private final Shared shared;
    private final ScopeRules rules;
    private final Outbox outbox;
    private final PermitQueue queue = new PermitQueue();

    private TimeSource.@Nullable Timer timer;
    private long timerAt = Rule.UNTIL_ANSWER;

    WaitingLine(ScopeLimiter scope, Shared shared, ScopeRules rules, Outbox outbox) {
        this.scope = scope;
        this.shared = shared;
        this.rules = rules;
        this.outbox = outbox;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    /** What all that stand in front of a newcomer of that priority take together. */
    long costBefore(int priority) {
        return queue.costBefore(priority);
    }

    /** The way in: goes at once, is refused at once, or waits. */
    Permit enter(int cost, int priority, long since, boolean again, long now, long deadline) {
        if (queue.isEmpty() && rules.earliest(now, 0, cost) <= now) {
            return scope.grantOf(cost, goes(cost, now));
        }
        if (!again && queue.size() >= shared.maxWaiting()) {
            return RefusedPermit.QUEUE_FULL;
        }
        WaitCause cause = rules.closedUntil() > now ? WaitCause.SCOPE_PAUSED : WaitCause.PERMIT;
        long expected = rules.estimate(now, again ? 0 : queue.costBefore(priority), cost);
        if (expected > deadline) {
            return RefusedPermit.TOO_LATE;
        }
        WaitingPermit permit = new WaitingPermit(scope, cost, priority, since, again, deadline, cause, expected);
        queue.add(permit);
        pump(now);
        return permit;
    }

    /** Lets the head go for as long as the rules say now; then times the next. */
    void pump(long now) {
        WaitingPermit head = queue.head();
        while (head != null) {
            long time = rules.earliest(now, 0, head.cost);
            if (time > now) {
                rules.lookAtFirstReuse(now, head.cost);
                if (time == Rule.UNTIL_LANDED) {
                    disarm();
                } else {
                    arm(time, now);
                }
                return;
            }
            queue.remove(head);
            head.granted(now, goes(head.cost, now));
            outbox.add(head::announce);
            head = queue.head();
        }
        disarm();
    }

    private boolean goes(int cost, long now) {
        boolean late = rules.granted(cost, now);
        scope.goes(now, outbox);
        return late;
    }

    /** The way out of who has lost patience. */
    void leave(WaitingPermit permit) {
        ends(permit, Permit.State.CANCELLED);
    }

    /**
     * Ends the waits of those that can only go too late now.
     *
     * @param earliest when one goes at the earliest, by what waits in front of it and by what it costs
     */
    void refuseHopeless(LongBinaryOperator earliest) {
        WaitingPermit each = queue.head();
        long ahead = 0;
        while (each != null) {
            WaitingPermit following = queue.after(each);
            if (each.deadline < earliest.applyAsLong(ahead, each.cost)) {
                ends(each, Permit.State.REFUSED);
            } else {
                ahead += each.cost;
            }
            each = following;
        }
    }

    private void ends(WaitingPermit permit, Permit.State end) {
        queue.remove(permit);
        permit.become(end);
        outbox.add(permit::announce);
    }

    /** All that wait there wait here from now on. */
    void takeIn(WaitingLine other) {
        other.disarm();
        queue.addAll(other.queue);
    }

    // ---- the timer

    boolean timed() {
        return timer != null;
    }

    private void arm(long time, long now) {
        if (timer == null || time < timerAt) {
            disarm();
            timerAt = time;
            timer = shared.schedule(time - now, scope::tick);
        }
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel();
            rang();
        }
    }

    /** The timer has run. */
    void rang() {
        timer = null;
        timerAt = Rule.UNTIL_ANSWER;
    }
}
