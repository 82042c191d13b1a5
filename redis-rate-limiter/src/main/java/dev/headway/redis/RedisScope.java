package dev.headway.redis;

import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.ScopeSnapshot;
import dev.headway.WaitCause;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One scope in this process: calls come to its {@link Line}, and go when {@link Numbers} of the engine come due, or {@link Alone}.
 * Everything happens under its lock; what others are told, after it.
 */
final class RedisScope {

    private static final Logger LOG = LoggerFactory.getLogger(RedisRateLimiter.class);

    private final Scope scope;
    private final Scopes shared;
    /** Of what this is a part; a pause of that is one of this. */
    private final @Nullable RedisScope whole;

    private final Settings settings;
    private final String key;
    private final long jitterNanos;
    private final Object lock = new Object();

    /** So many calls have come. */
    private long places;

    private final Line line;
    private final Numbers numbers;
    private final Heard heard;
    private final Report report;
    private final Flights flights = new Flights();
    private final SharedBudget budget = new SharedBudget();
    private final Breaker breaker;
    private final Asking asking;
    private final Answers answers;
    private final Alone alone;
    private final Grants grants;
    private final Alarm alarm;
    private final LearnedSizes sizes = new LearnedSizes();
    private final News news;
    private final Look look;

    RedisScope(Scope scope, Scopes shared, @Nullable RedisScope whole) {
        this.scope = scope;
        this.shared = shared;
        this.whole = whole;
        settings = shared.settings();
        key = settings.key(scope);
        jitterNanos = settings.jitterNanos();
        report = new Report(settings.spanNanos());
        numbers = new Numbers(settings.latenessNanos(), settings.together());
        heard = new Heard(!settings.lanes().isEmpty());
        news = new News(scope, shared.listeners());
        line = new Line(news);
        breaker = shared.newBreaker();
        alone = new Alone(settings, breaker, flights);
        FairPart fair = new FairPart(settings.lanes());
        asking = new Asking(breaker, line, numbers, heard, report, flights, budget, alone, fair, news);
        grants = new Grants(line, numbers, heard, report, flights, budget, alone, fair, news);
        answers = new Answers(settings.limits(), numbers, heard, report, flights, sizes, news);
        look = new Look(scope, settings, line, heard, flights, budget, answers, sizes);
        alarm = new Alarm(settings.time(), this::tick);
    }

    Scope scope() {
        return scope;
    }

    /** For tests. */
    Breaker breaker() {
        return breaker;
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
        return enter(cost, priority, false, now, now, shared.scaled(deadlineNanos));
    }

    Permit renew(int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        return enter(
                cost, priority, true, shared.scaled(sinceNanos), shared.scaled(nowNanos), shared.scaled(deadlineNanos));
    }

    private Permit enter(int cost, int priority, boolean again, long since, long then, long deadline) {
        Permit entered;
        List<Runnable> toRun;
        synchronized (lock) {
            WaitCause cause = causeOfWait(then);
            if (!again && line.newcomers() >= settings.maxWaiting()) {
                entered = new RefusedPermit(scope, Permit.State.QUEUE_FULL, cause);
            } else if (soonest(then, again) > deadline) {
                entered = new RefusedPermit(scope, Permit.State.REFUSED, cause);
            } else {
                Turn turn = new Turn(priority, again, since, places++);
                RedisPermit permit = new RedisPermit(this, cost, turn, deadline, cause);
                line.add(permit);
                entered = permit;
            }
            long now = shared.now();
            if (line.size() > 1 && asking.isUnderWay() && !alone.isNow() && numbers.nothingDue()) {
                // Nobody goes, nor is anything asked, before the answer.
                refuseHopeless(now);
            } else {
                pump(now);
            }
            toRun = news.take();
        }
        News.run(toRun);
        return entered;
    }

    private WaitCause causeOfWait(long now) {
        if (isShut()) {
            return WaitCause.LIMITER_DOWN;
        }
        return closedUntil() > now ? WaitCause.SCOPE_PAUSED : WaitCause.PERMIT;
    }

    /** Whether the engine does not answer, and nobody may go without. */
    boolean isShut() {
        return alone.isShut();
    }

    /** Whether no number has been given for it yet, and nobody has said when there will be one. */
    boolean undecided(RedisPermit permit) {
        synchronized (lock) {
            return !alone.isNow() && line.exceeds(permit, numbers);
        }
    }

    /** A call went with the permit of another scope, and was counted here. */
    Permit adopt(int cost) {
        return change(now -> {
            Turn turn = new Turn(0, true, now, places++);
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
        return covered || alone.isNow() ? time : Math.max(time, asking.soonest(now));
    }

    /** When its own pause and those of all that it is a part of are over, as far as this process knows. */
    private long closedUntil() {
        return whole == null ? ownPause() : Math.max(ownPause(), whole.pausedUntil());
    }

    private long ownPause() {
        return Math.max(report.pausedUntil(), heard.pausedUntil());
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
                line.leave(permit, Permit.State.CANCELLED);
            }
        });
    }

    /** Whether the moment of the next attempt is known. */
    boolean answered(RedisPermit permit, Permit.Answer answer, RateLimitHint hint) {
        boolean known;
        List<Runnable> toRun;
        synchronized (lock) {
            if (!permit.ends(Permit.State.ANSWERED)) {
                return false;
            }
            flights.landed();
            cameLate(permit, answer);
            if (answer == Permit.Answer.ACCEPTED) {
                answers.accepted(permit);
                if (hint.limits().isEmpty() && heard.tellsLimit() && !heard.looking()) {
                    // Nobody waits for that: what is told says how many may go.
                    return false;
                }
            }
            long now = shared.now();
            boolean explained = answers.remains(permit, hint, now);
            known = answer == Permit.Answer.REFUSED && answers.refused(permit, hint, explained, alone.isNow(), now);
            pump(now);
            toRun = news.take();
        }
        News.run(toRun);
        return known;
    }

    /** It has come to the server no later than its answer, but perhaps later than jitter has room for. */
    private void cameLate(RedisPermit permit, Permit.Answer answer) {
        if (permit.late && !alone.isNow() && answer != Permit.Answer.REFUSED) {
            long now = shared.now();
            long cameAt = Math.min(now, permit.grantedAt + Connecting.LONGEST) - jitterNanos;
            if (cameAt > permit.grantedAt) {
                report.cameLate(permit.cost, permit.grantedAt, cameAt, now);
                alarm.set(next(now), now);
            }
        }
    }

    // ---- for those who look on

    ScopeSnapshot snapshot(Instant instant) {
        synchronized (lock) {
            long now = shared.now();
            return look.snapshot(closedUntil(), now, instant);
        }
    }

    // ---- who goes

    private void pump(long now) {
        if (alone.changes(now)) {
            if (alone.isNow()) {
                numbers.dropOpen();
                alone.begin(heard, now);
                report.forgetLate();
            } else {
                report.isBack();
                heard.forgetNextFree();
            }
        }
        news.closedUntil(ownPause(), now);
        grants.pump(closedUntil(), now);
        refuseHopeless(now);
        ask(now);
        alarm.set(next(now), now);
    }

    /** Ends the waits of those that can only go too late. */
    private void refuseHopeless(long now) {
        if (!line.isEmpty()) {
            long opens = closedUntil();
            long notBefore = alone.isNow() ? Math.max(opens, alone.foreseen(Math.max(now, opens), now)) : opens;
            long nextFree = asking.isUnderWay() ? 0 : asking.soonest(now);
            if (line.mayBeTooLate(Math.max(Math.max(notBefore, nextFree), numbers.last()))) {
                refuse(line.hopeless(numbers.new Forecast(notBefore), !alone.isNow(), nextFree), isShut());
            }
        }
    }

    private void refuse(List<RedisPermit> waiting, boolean unanswered) {
        for (RedisPermit each : waiting) {
            if (unanswered) {
                each.isUnanswered();
            }
            line.leave(each, Permit.State.REFUSED);
        }
    }

    // ---- the engine

    private void ask(long now) {
        Question question = asking.begin(places, now);
        if (question != null) {
            byte[][] arguments = question.arguments(settings, heard, line, now);
            news.first(() -> shared.engine().call(key, arguments, (answer, thrown) -> heard(question, answer, thrown)));
            if (whole != null) {
                // What is known of its pause comes in front of the answer.
                news.first(whole::refresh);
            }
        }
    }

    /** A part of this asks: what the engine knows of this must not be much older. */
    private void refresh() {
        act(asking::refresh);
    }

    /** Mostly on a thread of Lettuce. */
    private void heard(Question question, @Nullable List<?> answer, @Nullable Throwable thrown) {
        act(now -> {
            news.elsewhere();
            Reply reply = answer == null ? null : question.read(answer);
            if (reply != null) {
                if (breaker.answered(now) && shared.tellReturn(now)) {
                    news.later(() -> LOG.info("Redis answers again, for {} and perhaps others", scope));
                }
                asking.answered(question, reply, now);
                if (reply.first == 0) {
                    refuse(question.tooDear(), false);
                }
                return;
            }
            asking.failed(question, now);
            if (!shared.engine().starting()) {
                if (breaker.failed(now) && shared.tellLoss(now)) {
                    news.later(() -> LOG.warn(
                            "Redis does not answer, for {} and perhaps others; until it does: {} ({})",
                            scope,
                            settings.whenUnavailable(),
                            thrown == null ? "nothing came in time, or there is no connection" : thrown.toString()));
                }
                // Their time is over, and they were asked for.
                refuse(line.late(question.places(), now), true);
            }
        });
    }

    // ---- timer and news

    /** When something may happen next. */
    private long next(long now) {
        if (line.isEmpty() && shared.engine().closed()) {
            // Nobody will ever hear what there is to tell.
            return Time.NEVER;
        }
        long time = asking.next(now);
        return line.isEmpty() ? time : Math.min(time, grants.next(closedUntil(), now));
    }

    private void tick() {
        act(now -> {
            // One thread serves all timers.
            news.elsewhere();
            alarm.rang();
        });
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
            toRun = news.take();
        }
        News.run(toRun);
        return result;
    }
}
