package dev.headway.redis;

import dev.headway.Limit;
import dev.headway.LimitHint;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.WaitCause;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One scope in this process: the calls that wait, and the numbers that the engine has given it for them. A call owns no number:
 * whoever is first in the queue takes the next that comes due, so a call that leaves loses nothing.
 */
final class RedisScope {

    /** So many numbers are asked for at once, and never more than wait. */
    private static final int LEASE = 64;

    /** With so many in hand there is time to ask for more when these are looked at again. */
    private static final int PLENTY = LEASE / 4;

    /** So long before a number may come due, its moment is asked for. */
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long ASK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long AFTER_FAILURE = TimeUnit.MILLISECONDS.toNanos(10);
    /** Where the limit is reached, calls are gathered for so long before numbers are asked for: none of them could go sooner. */
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LONGEST_GATHER = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long CONTENDED = TimeUnit.SECONDS.toNanos(10);
    private static final long OVER = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toNanos(15);
    private static final long LATER = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long BLIND = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int MOST_DOUBLINGS = 5;
    private static final long SHORTEST_WINDOW = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_WINDOWS = 8;

    /** Where nothing is known of a limit, so many are in flight at first, and one more for each accepted answer. */
    private static final int COLD = 10;

    /** So long after the last call went, answers are no longer waited for. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private static final long LEAST_LATENESS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Where no limit is told, a number is worth nothing so long after its moment. */
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LONGEST_TTL_MILLIS = TimeUnit.DAYS.toMillis(400);
    private static final long SHORTEST_TTL_MILLIS = TimeUnit.MINUTES.toMillis(10);
    private static final long NEVER = Long.MAX_VALUE / 4;
    private static final long NO_EPOCH = -1;

    /** Numbers that have their moment. */
    private static final class Due {
        long number;
        long count;
        long at;
        final long spacing;
        final long epoch;

        Due(Reply.Run run, long epoch, long now) {
            number = run.first();
            count = run.count();
            at = now + nanos(run.due());
            spacing = nanos(run.spacing());
            this.epoch = epoch;
        }

        /** How many are due at that time. */
        long until(long time) {
            if (time < at) {
                return 0;
            }
            return spacing == 0 ? count : Math.min(count, (time - at) / spacing + 1);
        }

        void skip(long taken) {
            number += taken;
            count -= taken;
            at += taken * spacing;
        }
    }

    /** Numbers that have none yet. */
    private record Open(long first, long count, long at) {}

    /** What answers have told of a window. */
    private record Window(long last, long end, long since) {}

    /** What is on its way to the engine. */
    private record Question(
            List<long[]> leases,
            long want,
            long pauseUntil,
            long acceptedEpoch,
            long besides,
            boolean back,
            long calls,
            long resends,
            Map<String, Window> windows,
            long places) {}

    private final Scope scope;
    private final RedisRateLimiter shared;
    private final @Nullable RedisScope whole;
    private final RedisRateLimiter.Settings settings;
    private final String key;
    private final long ttlMillis;
    private final long lateness;
    private final Object lock = new Object();
    private final AtomicLong places = new AtomicLong();

    // All under the lock.
    private final TreeSet<RedisPermit> queue = new TreeSet<>(Comparator.comparing(permit -> permit.turn));
    private long queueCost;
    private int newcomers;
    private int greatestCost = 1;

    private final ArrayDeque<Due> due = new ArrayDeque<>();
    private List<Open> open = new ArrayList<>();
    /** Numbers that are due and not enough yet for the first in the queue. */
    private long credit;

    private long creditNumber;
    private long creditEpoch;

    private @Nullable Question asking;
    private long notBefore;
    private long heardAt = -NEVER;
    private long contendedUntil;

    // What the engine said last.
    private long changes;
    private long numbers;
    private long epoch;
    private boolean looking;
    private long nextFree;
    private long enginePause;
    private List<Long> used = List.of();
    private Map<String, Window> windows = new HashMap<>();

    // What it is told next.
    private long pauseUntil;
    private long pauseEpoch = NO_EPOCH;
    private long acceptedEpoch = NO_EPOCH;
    private long besides;
    private boolean back;
    private final Map<String, Window> told = new HashMap<>();

    private final SharedBudget budget = new SharedBudget();
    private final FairShare alone;
    private boolean isAlone;
    private long ownUnits;
    private int inFlight;
    private int cold = COLD;
    private long lastGrant = -NEVER;
    private int streak;
    private long refusedEpoch = NO_EPOCH;

    private TimeSource.@Nullable Timer timer;
    private long timerAt = NEVER;
    private @Nullable List<Runnable> news;

    RedisScope(Scope scope, RedisRateLimiter shared, @Nullable RedisScope whole) {
        this.scope = scope;
        this.shared = shared;
        this.whole = whole;
        this.settings = shared.settings();
        this.key =
                "{" + settings.prefix() + ":" + scope.name().replace('}', ')').replace('{', '(') + "}:v1";
        long longest = 0;
        long latest = NEVER;
        for (Lane lane : settings.lanes()) {
            longest = Math.max(longest, TimeUnit.NANOSECONDS.toMillis(lane.spanNanos()));
            latest = Math.min(latest, Math.max(lane.latenessNanos(), LEAST_LATENESS));
        }
        this.ttlMillis = Math.min(Math.max(SHORTEST_TTL_MILLIS, 2 * longest), LONGEST_TTL_MILLIS);
        this.lateness = settings.lanes().isEmpty() ? LATE : latest;
        this.alone = new FairShare(settings.lanes(), settings.expectedWorkers());
    }

    private static long nanos(long micros) {
        return micros * 1000;
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
            return queue.isEmpty()
                    && inFlight == 0
                    && asking == null
                    && now - heardAt > TimeUnit.MILLISECONDS.toNanos(SHORTEST_TTL_MILLIS)
                    && closedUntil() <= now;
        }
    }

    // ---- what permits and the limiter ask

    Permit acquire(int cost, int priority, long nowNanos, long deadlineNanos) {
        long now = shared.scaled(nowNanos);
        return enter(cost, new Turn(priority, false, now, places.getAndIncrement()), now, shared.scaled(deadlineNanos));
    }

    Permit renew(int cost, int priority, long sinceNanos, long nowNanos, long deadlineNanos) {
        Turn turn = new Turn(priority, true, shared.scaled(sinceNanos), places.getAndIncrement());
        return enter(cost, turn, shared.scaled(nowNanos), shared.scaled(deadlineNanos));
    }

    private Permit enter(int cost, Turn turn, long now, long deadline) {
        boolean again = turn.again();
        RedisPermit permit;
        List<Runnable> toRun;
        synchronized (lock) {
            if (!again && newcomers >= settings.maxWaiting()) {
                return new RefusedPermit(scope, Permit.State.QUEUE_FULL);
            }
            if (soonest(now, again) > deadline) {
                return new RefusedPermit(scope, Permit.State.REFUSED);
            }
            WaitCause cause = closedUntil() > now ? WaitCause.SCOPE_PAUSED : WaitCause.PERMIT;
            permit = new RedisPermit(this, cost, turn, deadline, cause);
            queue.add(permit);
            queueCost += cost;
            newcomers += again ? 0 : 1;
            greatestCost = Math.max(greatestCost, cost);
            pump(now);
            toRun = takeNews();
        }
        run(toRun);
        return permit;
    }

    long earliest(long nowNanos, boolean again) {
        synchronized (lock) {
            return shared.unscaled(soonest(shared.scaled(nowNanos), again));
        }
    }

    /** A lower bound of when a call that came now would go. */
    private long soonest(long now, boolean again) {
        long time = Math.max(now, closedUntil());
        boolean covered = again || due.size() + open.size() > 0;
        return covered || isAlone ? time : Math.max(time, nextFree);
    }

    /** When its own pause and those of all that it is a part of are over, as far as this process knows. */
    private long closedUntil() {
        long own = Math.max(pauseUntil, enginePause);
        return whole == null ? own : Math.max(own, whole.pausedUntil());
    }

    private long pausedUntil() {
        synchronized (lock) {
            return closedUntil();
        }
    }

    /** A call went with the permit of another scope, and was counted here. */
    Permit adopt(int cost) {
        RedisPermit permit;
        List<Runnable> toRun;
        synchronized (lock) {
            long now = shared.now();
            permit = new RedisPermit(
                    this, cost, new Turn(0, true, now, places.getAndIncrement()), NEVER, WaitCause.PERMIT);
            permit.become(Permit.State.GRANTED);
            permit.grantedAt = now;
            permit.epoch = epoch;
            inFlight++;
            besides += cost;
            pump(now);
            toRun = takeNews();
        }
        run(toRun);
        return permit;
    }

    boolean tryResend(int weight) {
        synchronized (lock) {
            return budget.trySpend(weight, shared.now());
        }
    }

    /** A call has taken so much more than it was asked for; what is less is not given back. */
    void settle(int more) {
        synchronized (lock) {
            besides += Math.max(0, more);
        }
    }

    void cancel(RedisPermit permit) {
        List<Runnable> toRun;
        synchronized (lock) {
            long now = shared.now();
            if (permit.ends(Permit.State.CANCELLED)) {
                inFlight--;
                if (now - permit.grantedAt <= lateness && !queue.isEmpty()) {
                    credit += permit.cost;
                    creditNumber = permit.number;
                    creditEpoch = permit.epoch;
                }
            } else if (permit.state() == Permit.State.PENDING) {
                leave(permit, Permit.State.CANCELLED);
            } else {
                return;
            }
            pump(now);
            toRun = takeNews();
        }
        run(toRun);
    }

    private void leave(RedisPermit permit, Permit.State end) {
        queue.remove(permit);
        queueCost -= permit.cost;
        newcomers -= permit.turn.again() ? 0 : 1;
        permit.become(end);
        later(permit::announce);
    }

    // ---- who goes

    private void pump(long now) {
        boolean engine = shared.breaker().closed(now);
        if (engine == isAlone) {
            isAlone = !engine;
            if (isAlone) {
                open.clear();
                alone.begin(numbers, ownUnits, used, heardAt, nextFree, now);
            } else {
                back = true;
                nextFree = 0;
            }
        }
        goByNumbers(now);
        if (isAlone) {
            goAlone(now);
        }
        refuseHopeless(now);
        ask(now);
        arm(now);
    }

    private void goByNumbers(long now) {
        for (Due first = due.peekFirst(); first != null && first.at <= now; first = due.peekFirst()) {
            long arrived = first.until(now);
            long late = first.until(now - lateness - 1);
            // What is late goes only together with what is not.
            long usable = queue.isEmpty() || closedUntil() > now
                    ? 0
                    : arrived - late + Math.min(late, Math.max(0, queue.first().cost - 1 - credit));
            credit += usable;
            creditNumber = first.number + arrived - 1;
            creditEpoch = first.epoch;
            first.skip(arrived);
            if (first.count == 0) {
                due.removeFirst();
            }
            spend(now);
        }
        spend(now);
        if (queue.isEmpty()) {
            credit = 0;
        }
    }

    private void spend(long now) {
        while (!queue.isEmpty() && credit >= queue.first().cost && mayGo(now)) {
            RedisPermit head = queue.first();
            credit -= head.cost;
            grant(head, creditNumber, creditEpoch, now);
        }
    }

    private boolean mayGo(long now) {
        return closedUntil() <= now && (known() || inFlight < cold || now - lastGrant >= PATIENCE);
    }

    /** Whether anything tells how much may go. */
    private boolean known() {
        return !settings.lanes().isEmpty() || !windows.isEmpty() || !used.isEmpty();
    }

    private void goAlone(long now) {
        while (!queue.isEmpty() && mayGoAlone(now) <= now) {
            RedisPermit head = queue.first();
            alone.granted(head.cost, now);
            besides += settings.whenUnavailable() == WhenUnavailable.FAIR_SHARE ? 0 : head.cost;
            grant(head, 0, epoch, now);
        }
    }

    private long mayGoAlone(long now) {
        long time = Math.max(now, closedUntil());
        return switch (settings.whenUnavailable()) {
            case FAIL_OPEN -> time;
            case FAIL_CLOSED -> NEVER;
            case FAIR_SHARE -> {
                if (!settings.lanes().isEmpty()) {
                    yield Math.max(time, alone.earliest(now));
                }
                int share = Math.max(1, Math.min(cold, COLD) / settings.expectedWorkers());
                yield inFlight < share ? time : Math.max(time, lastGrant + PATIENCE);
            }
        };
    }

    private void grant(RedisPermit permit, long number, long ofEpoch, long now) {
        permit.grantedAt = now;
        permit.number = number;
        permit.epoch = ofEpoch;
        inFlight++;
        lastGrant = now;
        ownUnits += permit.cost;
        budget.called();
        leave(permit, Permit.State.GRANTED);
    }

    /** Ends the waits of those that can only go too late, by the numbers that those in front of them leave. */
    private void refuseHopeless(long now) {
        if (queue.isEmpty()) {
            return;
        }
        Iterator<Due> moments = due.iterator();
        Iterator<Open> leases = open.iterator();
        long inHand = credit;
        long at = isAlone ? Math.max(closedUntil(), soonestAlone(now)) : closedUntil();
        List<RedisPermit> hopeless = new ArrayList<>(0);
        for (RedisPermit each : queue) {
            inHand -= each.cost;
            while (inHand < 0 && moments.hasNext()) {
                Due run = moments.next();
                inHand += run.count;
                at = Math.max(at, run.at + Math.max(0, run.count - 1 - Math.max(0, inHand)) * run.spacing);
            }
            while (inHand < 0 && leases.hasNext()) {
                Open lease = leases.next();
                inHand += lease.count();
                at = Math.max(at, lease.at());
            }
            boolean beyond = inHand < 0 && !isAlone;
            if (beyond && asking == null) {
                at = Math.max(at, nextFree);
            }
            if (each.deadline < at) {
                hopeless.add(each);
            }
            each.undecided = beyond;
        }
        hopeless.forEach(each -> leave(each, Permit.State.REFUSED));
    }

    private long soonestAlone(long now) {
        return settings.whenUnavailable() == WhenUnavailable.FAIL_CLOSED
                ? shared.breaker().nextChange(now)
                : mayGoAlone(now);
    }

    /** Those whose time is over when the engine fails, and who were asked for, are not asked for again. */
    private void refuseLate(Question question, long now) {
        List<RedisPermit> late = new ArrayList<>(0);
        for (RedisPermit each : queue) {
            if (each.deadline < now && each.turn.place() < question.places()) {
                late.add(each);
            }
        }
        late.forEach(each -> leave(each, Permit.State.REFUSED));
    }

    // ---- the engine

    private void ask(long now) {
        if (asking == null && !queueIsServed(now) && wantsToAsk(now) <= now) {
            if (isAlone && !shared.breaker().look(now)) {
                return;
            }
            Question question = question(now);
            asking = question;
            String[] arguments = arguments(question, now);
            later(() -> shared.engine().call(key, arguments, (answer, thrown) -> heard(question, answer)));
        }
    }

    private boolean queueIsServed(long now) {
        return queue.isEmpty() && !hasReport(now);
    }

    private boolean hasReport(long now) {
        return (pauseEpoch != NO_EPOCH && pauseUntil > now)
                || acceptedEpoch != NO_EPOCH
                || !told.isEmpty()
                || (besides > 0 && queue.isEmpty());
    }

    /** When there is a reason to ask. */
    private long wantsToAsk(long now) {
        if (isAlone) {
            return Math.max(notBefore, shared.breaker().nextChange(now));
        }
        if (hasReport(now)) {
            return notBefore;
        }
        open.removeIf(lease -> lease.at() < now - OVER);
        long time = NEVER;
        if (!open.isEmpty()) {
            time = Math.max(open.get(0).at() - LEAD, heardAt + ASK_AGAIN);
        }
        long wanted = wanted();
        if (wanted > 0 && (held() < PLENTY || (due.isEmpty() && open.isEmpty()))) {
            boolean gathers = now < contendedUntil && wanted < LEASE;
            long gather = Math.min(LONGEST_GATHER, Math.max(GATHER, (nextFree - now) / 8));
            time = Math.min(time, gathers ? heardAt + gather : now);
        }
        return Math.max(time, notBefore);
    }

    /** Numbers in hand. */
    private long held() {
        long sum = credit;
        for (Due each : due) {
            sum += each.count;
        }
        for (Open each : open) {
            sum += each.count();
        }
        return sum;
    }

    private long wanted() {
        if (queue.isEmpty() || isAlone) {
            return 0;
        }
        long missing = Math.min(queueCost - held(), Math.max(LEASE, queue.first().cost));
        if (known()) {
            return missing;
        }
        boolean patient = shared.now() - lastGrant < PATIENCE;
        return Math.min(missing, Math.max(patient ? 0 : 1, cold - inFlight));
    }

    private Question question(long now) {
        List<long[]> leases = new ArrayList<>(open.size());
        for (Open each : open) {
            leases.add(new long[] {each.first(), each.count()});
        }
        long calls = budget.newCalls();
        long resends = budget.newResends();
        budget.reported(calls, resends);
        return new Question(
                leases,
                Math.max(0, wanted()),
                pauseEpoch != NO_EPOCH && pauseUntil > now ? pauseUntil : 0,
                acceptedEpoch,
                besides,
                back,
                calls,
                resends,
                Map.copyOf(told),
                places.get());
    }

    private String[] arguments(Question question, long now) {
        long longest = 0;
        for (RedisPermit each : queue) {
            longest = Math.max(longest, each.deadline - now);
        }
        List<Object> words = new ArrayList<>(32);
        words.add(question.want());
        words.add(Math.min(longest, NEVER / 1000) / 1000);
        words.add(greatestCost);
        words.add(ttlMillis);
        words.add(changes);
        words.add(numbers);
        words.add(Lane.micros(Math.max(0, enginePause - now)));
        words.add(changes == 0 ? 0 : (now - heardAt) / 1000);
        words.add(question.pauseUntil() == 0 ? 0 : Lane.micros(question.pauseUntil() - now));
        words.add(pauseEpoch);
        words.add(question.acceptedEpoch());
        words.add(question.calls());
        words.add(question.resends());
        words.add(question.besides());
        words.add(question.back() ? 1 : 0);
        List<Lane> lanes = settings.lanes();
        words.add(lanes.size());
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            words.add(lane.bucket() ? 1 : 2);
            words.add(lane.amount());
            words.add(lane.extent());
            words.add(i < used.size() ? used.get(i) : 0);
        }
        words.add(question.windows().size());
        question.windows().forEach((name, window) -> {
            words.add(name);
            words.add(window.last());
            words.add(Lane.micros(Math.max(0, window.end() - now)));
            words.add(window.since());
        });
        words.add(question.leases().size());
        for (long[] lease : question.leases()) {
            words.add(lease[0]);
            words.add(lease[1]);
        }
        return words.stream().map(String::valueOf).toArray(String[]::new);
    }

    private void heard(Question question, @Nullable List<?> answer) {
        List<Runnable> toRun;
        synchronized (lock) {
            long now = shared.now();
            asking = null;
            Reply reply = answer == null ? null : read(question, answer);
            if (reply == null) {
                notBefore = now + AFTER_FAILURE;
                budget.reported(-question.calls(), -question.resends());
                if (!shared.engine().starting()) {
                    shared.breaker().failed(now);
                    refuseLate(question, now);
                }
            } else {
                shared.breaker().answered(now);
                notBefore = 0;
                learn(question, reply, now);
            }
            pump(now);
            toRun = takeNews();
        }
        run(toRun);
    }

    /** Null if it is none of ours. */
    private static @Nullable Reply read(Question question, List<?> answer) {
        try {
            return new Reply(answer, question.leases(), question.want());
        } catch (RuntimeException e) {
            return null;
        }
    }

    private void learn(Question question, Reply reply, long now) {
        if (reply.epoch != epoch) {
            acceptedEpoch = NO_EPOCH;
            // After a refusal nothing is known of how many may be in flight.
            cold = changes == 0 ? cold : 1;
        }
        heardAt = now;
        changes = reply.changes;
        numbers = reply.numbers;
        epoch = reply.epoch;
        looking = reply.looking;
        enginePause = reply.pauseLeft > 0 ? now + nanos(reply.pauseLeft) : 0;
        nextFree = reply.nextWait > 0 ? now + nanos(reply.nextWait) : 0;
        used = reply.used;
        if (nextFree > 0) {
            contendedUntil = now + CONTENDED;
        }
        budget.told(reply.calls, reply.resends, now);
        alone.heard(numbers, ownUnits, now);
        Map<String, Window> everybodys = new HashMap<>();
        reply.windows.forEach((name, window) ->
                everybodys.put(name, new Window(window.last(), now + nanos(window.left()), window.since())));
        windows = everybodys;
        forget(question);
        List<Open> still = new ArrayList<>(reply.leases.size());
        for (Reply.Leased leased : reply.leases) {
            for (Reply.Run run : leased.runs()) {
                due.addLast(new Due(run, epoch, now));
            }
            if (leased.open() > 0) {
                still.add(new Open(leased.next(), leased.open(), now + nanos(leased.due())));
            }
        }
        open = still;
    }

    /** What the engine knows now it is not told again. */
    private void forget(Question question) {
        if (question.pauseUntil() > 0 && question.pauseUntil() >= pauseUntil) {
            pauseEpoch = NO_EPOCH;
            pauseUntil = 0;
        }
        if (question.acceptedEpoch() == acceptedEpoch) {
            acceptedEpoch = NO_EPOCH;
        }
        besides -= question.besides();
        if (question.back()) {
            back = false;
        }
        question.windows().forEach(told::remove);
    }

    // ---- answers of the server

    /** Whether the moment of the next attempt is known. */
    boolean answered(RedisPermit permit, Permit.Answer answer, RateLimitHint hint) {
        boolean paced = false;
        List<Runnable> toRun;
        synchronized (lock) {
            if (!permit.ends(Permit.State.ANSWERED)) {
                return false;
            }
            long now = shared.now();
            inFlight--;
            if (answer == Permit.Answer.ACCEPTED) {
                accepted(permit);
            }
            boolean explained = hear(permit, hint, now);
            if (answer == Permit.Answer.REFUSED) {
                paced = refused(permit, hint, explained, now);
            }
            pump(now);
            toRun = takeNews();
        }
        run(toRun);
        return paced;
    }

    private void accepted(RedisPermit permit) {
        cold = Math.min(cold + 1, Integer.MAX_VALUE - 1);
        if (permit.epoch == epoch) {
            streak = 0;
            if (looking && permit.number > 0) {
                acceptedEpoch = epoch;
            }
        }
    }

    private boolean refused(RedisPermit permit, RateLimitHint hint, boolean explained, long now) {
        if (permit.epoch != refusedEpoch) {
            refusedEpoch = permit.epoch;
            streak++;
        }
        Duration asked = hint.retryAfter().orElse(null);
        if (asked != null) {
            pause(within(asked) + LATER, permit.epoch, now);
        } else if (!explained && (permit.epoch == epoch || isAlone)) {
            long doubled = BLIND << Math.min(streak - 1, MOST_DOUBLINGS);
            double jitter = 0.75 + 0.5 * ThreadLocalRandom.current().nextDouble();
            pause((long) (doubled * jitter), permit.epoch, now);
        }
        return asked != null || explained || !settings.lanes().isEmpty();
    }

    /** Nobody goes for so long; numbers that are due sooner are worth nothing. */
    private void pause(long length, long ofEpoch, long now) {
        pauseUntil = Math.max(pauseUntil, now + length);
        pauseEpoch = Math.max(pauseEpoch, ofEpoch);
        due.clear();
        credit = 0;
    }

    private static long within(Duration asked) {
        return asked.compareTo(Duration.ofNanos(LONGEST_PAUSE)) > 0 ? LONGEST_PAUSE : asked.toNanos();
    }

    /** Whether it says when there is something left again. */
    private boolean hear(RedisPermit permit, RateLimitHint hint, long now) {
        boolean explained = false;
        for (LimitHint limit : hint.limits()) {
            Long remaining = limit.remaining();
            Duration reset = limit.resetAfter();
            if (remaining == null || reset == null || toldAsBucket(limit)) {
                continue;
            }
            long length = Math.max(within(reset), SHORTEST_WINDOW) + LATER;
            explained |= remaining == 0;
            if (!limit.unit().equals(LimitHint.REQUESTS)) {
                if (remaining == 0) {
                    pause(length, 0, now);
                }
            } else if (permit.number > 0) {
                tell(limit, new Window(permit.number + remaining, now + length, permit.number), now);
            }
        }
        return explained;
    }

    /** A bucket refills all the time: what remains now is no reason to wait for a reset. */
    private boolean toldAsBucket(LimitHint limit) {
        for (Limit each : settings.limits()) {
            if (each instanceof TokenBucket bucket
                    && limit.limit() != null
                    && (limit.limit() == bucket.burst() || limit.limit() == bucket.permits())) {
                return true;
            }
        }
        return false;
    }

    private void tell(LimitHint limit, Window heard, long now) {
        String name = limit.name() + "/" + limit.window();
        String words = name.length() > 80 ? name.substring(0, 80) : name;
        Window known = windows.get(words);
        boolean news = known == null
                ? windows.size() + told.size() < MOST_WINDOWS
                : known.end() <= now
                        || heard.last() < known.last()
                        || (heard.since() > known.since() && heard.last() > known.last());
        if (news) {
            told.merge(words, heard, (one, other) -> one.last() <= other.last() ? one : other);
        }
    }

    // ---- timer and news

    private void arm(long now) {
        long time = NEVER;
        Due first = due.peekFirst();
        if (!queue.isEmpty() && first != null) {
            time = first.at;
        }
        if (asking == null && !queueIsServed(now)) {
            time = Math.min(time, wantsToAsk(now));
        }
        if (isAlone && !queue.isEmpty()) {
            time = Math.min(time, mayGoAlone(now));
        }
        if (!known() && !queue.isEmpty()) {
            time = Math.min(time, Math.max(now + GATHER, lastGrant + PATIENCE));
        }
        if (timer != null && time == timerAt) {
            return;
        }
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        timerAt = time;
        if (time < NEVER) {
            timer = settings.time().schedule(Math.max(0, time - now), this::tick);
        }
    }

    private void tick() {
        List<Runnable> toRun;
        synchronized (lock) {
            timer = null;
            timerAt = NEVER;
            pump(shared.now());
            toRun = takeNews();
        }
        run(toRun);
    }

    private void later(Runnable task) {
        if (news == null) {
            news = new ArrayList<>();
        }
        news.add(task);
    }

    private @Nullable List<Runnable> takeNews() {
        List<Runnable> taken = news;
        news = null;
        return taken;
    }

    private static void run(@Nullable List<Runnable> toRun) {
        if (toRun != null) {
            toRun.forEach(Runnable::run);
        }
    }
}
