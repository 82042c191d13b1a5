package dev.headway.redis;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.WaitCause;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One scope in this process: calls come to its {@link Line}, and go when {@link Numbers} of the engine come due, or {@link Alone}.
 * Everything happens under its lock; what others are told, after it.
 */
final class RedisScope {

    /** While nothing is known of a limit, it is looked so often whether a call may go. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(5);

    private final Scope scope;
    private final RedisRateLimiter shared;
    /** Of what this is a part; a pause of that is one of this. */
    private final @Nullable RedisScope whole;

    private final Settings settings;
    private final String key;
    private final AtomicLong places = new AtomicLong();

    private final Object lock = new Object();

    private final Line line = new Line();
    private final Numbers numbers;
    private final Heard heard;
    private final Report report = new Report();
    private final Flights flights = new Flights();
    private final SharedBudget budget = new SharedBudget();
    private final Asking asking;
    private final Answers answers;
    private final Alone alone;
    private final Alarm alarm;
    private @Nullable List<Runnable> news;

    RedisScope(Scope scope, RedisRateLimiter shared, @Nullable RedisScope whole) {
        this.scope = scope;
        this.shared = shared;
        this.whole = whole;
        settings = shared.settings();
        key = settings.key(scope);
        numbers = new Numbers(settings.latenessNanos());
        heard = new Heard(!settings.lanes().isEmpty());
        alone = new Alone(settings, shared.breaker(), flights);
        asking = new Asking(shared, line, numbers, heard, report, flights, budget, alone);
        answers = new Answers(settings.limits(), numbers, heard, report, flights);
        alarm = new Alarm(settings.time(), this::tick);
    }

    Scope scope() {
        return scope;
    }

    long unscaled(long time) {
        return shared.unscaled(time);
    }

    boolean idle() {
        synchronized (lock) {
            long now = shared.now();
            return line.isEmpty()
                    && flights.inFlight() == 0
                    && !asking.isUnderWay()
                    && now - heard.at() > TimeUnit.MILLISECONDS.toNanos(Settings.SHORTEST_TTL_MILLIS)
                    && closedUntil() <= now;
        }
    }

    // ---- calls come

    Permit acquire(int cost, int priority, long nowNanos, long deadlineNanos) {
        long now = shared.scaled(nowNanos);
        return enter(cost, new Turn(priority, false, now, places.getAndIncrement()), now, shared.scaled(deadlineNanos));
    }

    Permit renew(int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        Turn turn = new Turn(priority, true, shared.scaled(sinceNanos), places.getAndIncrement());
        return enter(cost, turn, shared.scaled(nowNanos), shared.scaled(deadlineNanos));
    }

    private Permit enter(int cost, Turn turn, long now, long deadline) {
        return change(ignored -> {
            if (!turn.again() && line.newcomers() >= settings.maxWaiting()) {
                return new RefusedPermit(scope, Permit.State.QUEUE_FULL);
            }
            if (soonest(now, turn.again()) > deadline) {
                return new RefusedPermit(scope, Permit.State.REFUSED);
            }
            WaitCause cause = closedUntil() > now ? WaitCause.SCOPE_PAUSED : WaitCause.PERMIT;
            RedisPermit permit = new RedisPermit(this, cost, turn, deadline, cause);
            line.add(permit);
            return permit;
        });
    }

    /** A call went with the permit of another scope, and was counted here. */
    Permit adopt(int cost) {
        return change(now -> {
            Turn turn = new Turn(0, true, now, places.getAndIncrement());
            RedisPermit permit = new RedisPermit(this, cost, turn, Time.NEVER, WaitCause.PERMIT);
            permit.become(Permit.State.GRANTED);
            permit.grantedAt = now;
            permit.epoch = heard.epoch();
            flights.joined();
            report.wentBesides(cost);
            return permit;
        });
    }

    long earliest(long nowNanos, boolean again) {
        synchronized (lock) {
            return shared.unscaled(soonest(shared.scaled(nowNanos), again));
        }
    }

    /** A lower bound of when a call that came now would go. */
    private long soonest(long now, boolean again) {
        long time = Math.max(now, closedUntil());
        boolean covered = again || numbers.areComing();
        return covered || alone.isNow() ? time : Math.max(time, heard.nextFree());
    }

    /** When its own pause and those of all that it is a part of are over, as far as this process knows. */
    private long closedUntil() {
        long own = Math.max(report.pausedUntil(), heard.pausedUntil());
        return whole == null ? own : Math.max(own, whole.pausedUntil());
    }

    private long pausedUntil() {
        synchronized (lock) {
            return closedUntil();
        }
    }

    // ---- what becomes of them

    boolean tryResend(int weight) {
        synchronized (lock) {
            return budget.trySpend(weight, shared.now());
        }
    }

    /** A call has taken so much more than it was asked for; what is less is not given back. */
    void settle(int more) {
        synchronized (lock) {
            report.wentBesides(Math.max(0, more));
        }
    }

    void cancel(RedisPermit permit) {
        act(now -> {
            if (permit.ends(Permit.State.CANCELLED)) {
                flights.landed();
                if (!line.isEmpty()) {
                    numbers.giveBack(permit, now);
                }
            } else if (permit.state() == Permit.State.PENDING) {
                leave(permit, Permit.State.CANCELLED);
            }
        });
    }

    /** Whether the moment of the next attempt is known. */
    boolean answered(RedisPermit permit, Permit.Answer answer, RateLimitHint hint) {
        return change(now -> {
            if (!permit.ends(Permit.State.ANSWERED)) {
                return false;
            }
            flights.landed();
            if (answer == Permit.Answer.ACCEPTED) {
                answers.accepted(permit);
            }
            boolean explained = answers.remains(permit, hint, now);
            return answer == Permit.Answer.REFUSED && answers.refused(permit, hint, explained, alone.isNow(), now);
        });
    }

    private void leave(RedisPermit permit, Permit.State end) {
        line.remove(permit);
        permit.become(end);
        later(permit::announce);
    }

    // ---- who goes

    private void pump(long now) {
        if (alone.changes(now)) {
            if (alone.isNow()) {
                numbers.dropOpen();
                alone.begin(heard, now);
            } else {
                report.isBack();
                heard.forgetNextFree();
            }
        }
        goByNumbers(now);
        if (alone.isNow()) {
            goAlone(now);
        }
        refuseHopeless(now);
        ask(now);
        alarm.set(next(now), now);
    }

    private void goByNumbers(long now) {
        while (numbers.nextDue() <= now) {
            boolean mayUse = !line.isEmpty() && closedUntil() <= now;
            numbers.arrive(now, mayUse ? line.first().cost : 0);
            spend(now);
        }
        spend(now);
        if (line.isEmpty()) {
            numbers.dropArrived();
        }
    }

    private void spend(long now) {
        while (!line.isEmpty() && numbers.suffice(line.first().cost) && mayGo(now)) {
            RedisPermit head = line.first();
            numbers.spend(head);
            grant(head, now);
        }
    }

    private boolean mayGo(long now) {
        return closedUntil() <= now && (heard.tellsLimit() || flights.mayBegin(now));
    }

    private void goAlone(long now) {
        while (!line.isEmpty() && earliestAlone(now) <= now) {
            RedisPermit head = line.first();
            alone.grantedAlone(head.cost, now);
            report.wentBesides(alone.counts() ? head.cost : 0);
            head.epoch = heard.epoch();
            grant(head, now);
        }
    }

    private long earliestAlone(long now) {
        return alone.earliest(Math.max(now, closedUntil()), now);
    }

    private void grant(RedisPermit permit, long now) {
        permit.grantedAt = now;
        flights.began(now);
        alone.granted(permit.cost);
        budget.called();
        leave(permit, Permit.State.GRANTED);
    }

    /** Ends the waits of those that can only go too late. */
    private void refuseHopeless(long now) {
        if (!line.isEmpty()) {
            long opens = closedUntil();
            long notBefore = alone.isNow() ? Math.max(opens, alone.foreseen(Math.max(now, opens), now)) : opens;
            long nextFree = asking.isUnderWay() ? 0 : heard.nextFree();
            refuse(line.hopeless(numbers.new Forecast(notBefore), !alone.isNow(), nextFree));
        }
    }

    private void refuse(List<RedisPermit> waiting) {
        waiting.forEach(each -> leave(each, Permit.State.REFUSED));
    }

    // ---- the engine

    private void ask(long now) {
        Question question = asking.begin(places.get(), now);
        if (question != null) {
            String[] arguments = question.arguments(settings, heard, line, now);
            later(() -> shared.engine().call(key, arguments, (answer, thrown) -> heard(question, answer)));
        }
    }

    private void heard(Question question, @Nullable List<?> answer) {
        act(now -> {
            Reply reply = answer == null ? null : question.read(answer);
            if (reply != null) {
                shared.breaker().answered(now);
                asking.answered(question, reply, now);
                return;
            }
            asking.failed(question, now);
            if (!shared.engine().starting()) {
                shared.breaker().failed(now);
                refuse(line.late(question.places(), now));
            }
        });
    }

    // ---- timer and news

    /** When something may happen next. */
    private long next(long now) {
        long time = asking.next(now);
        if (!line.isEmpty()) {
            time = Math.min(time, numbers.nextDue());
            if (alone.isNow()) {
                time = Math.min(time, earliestAlone(now));
            }
            if (!heard.tellsLimit()) {
                time = Math.min(time, Math.max(now + LOOK, flights.patientUntil()));
            }
        }
        return time;
    }

    private void tick() {
        act(now -> alarm.rang());
    }

    private void act(LongConsumer work) {
        var unused = change(now -> {
            work.accept(now);
            return Boolean.TRUE;
        });
    }

    /** Does something under the lock, lets go whoever may go then, and tells others after it. */
    private <T> T change(LongFunction<T> work) {
        T result;
        List<Runnable> toRun;
        synchronized (lock) {
            long now = shared.now();
            result = work.apply(now);
            pump(now);
            toRun = news;
            news = null;
        }
        if (toRun != null) {
            toRun.forEach(Runnable::run);
        }
        return result;
    }

    private void later(Runnable task) {
        if (news == null) {
            news = new ArrayList<>();
        }
        news.add(task);
    }
}
