package dev.headway.spi;

import dev.headway.CallOptions;
import dev.headway.CallTrace;
import dev.headway.Evidence;
import dev.headway.GiveUpReason;
import dev.headway.HeadwayListener;
import dev.headway.IdempotencyKey;
import dev.headway.OnLimit;
import dev.headway.Permit;
import dev.headway.RateLimitHint;
import dev.headway.RateLimiter;
import dev.headway.ResponseHeaders;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.WaitCause;
import dev.headway.internal.Engine;
import dev.headway.internal.Events;
import dev.headway.internal.Judgement;
import dev.headway.internal.bodies.BodyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of one call. Does no I/O and never waits: a driver asks {@link #next()} what to do, does it, and tells
 * what each attempt brought with {@link #record}. All decisions are made here.
 *
 * <p>Used by one thread at a time, with a happens-before edge from each to the next; only {@link #mayResend} and {@link
 * #readsBody} may be asked by the client's threads while an attempt is on its way.
 */
public final class Execution {

    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
    private static final Step RETURN = new Step.Return();
    private static final String EVENTS = "text/event-stream";
    private static final Step[] SENDS = new Step[8];

    static {
        for (int i = 0; i < SENDS.length; i++) {
            SENDS[i] = new Step.Send(i + 1);
        }
    }

    private enum Phase {
        /** Nothing has happened. */
        NEW,
        /** A permit is pending. */
        QUEUED,
        /** An attempt is on its way. */
        SENT,
        /** The last signal asks for another attempt. */
        AGAIN,
        /** The delay before the next attempt has begun. */
        BACKING_OFF,
        /** It is over. */
        ENDED
    }

    private final Engine engine;
    private final RequestFacts facts;
    private final @Nullable CallOptions options;
    private final RetryPolicy policy;
    private final Events events;
    private final long began;
    private final long deadline;

    private Phase phase = Phase.NEW;
    private int attempt;
    private @Nullable Permit permit;
    private @Nullable History history;

    /** What nobody asks for when the first answer is the result, and nobody had to wait for it. */
    private static final class History {
        final List<CallTrace.Attempt> attempts = new ArrayList<>(2);
        final List<CallTrace.Wait> waits = new ArrayList<>(2);
        long sentAt;
        long waitBegan;
        /** When the permit that is waited for must be there. */
        long latest;

        WaitCause waitCause = WaitCause.PERMIT;

        // Of the next attempt, decided by record().
        long delay;
        WaitCause delayCause = WaitCause.BACKOFF;
        /** What it costs the retry budget; 0 when the limiter knows the moment. */
        int resendCost;

        Step.@Nullable GiveUp end;

        @Nullable Duration retryAfter;

        HeadwayListener.@Nullable CallInfo info;

        /** The wait that the server has asked for. */
        Duration asked = Duration.ZERO;

        History(long sentAt) {
            this.sentAt = sentAt;
        }
    }

    /**
     * Made by {@link dev.headway.Headway#begin}.
     *
     * @param engine what the calls of a Headway share
     * @param facts the request
     * @param options what the request says of itself
     */
    @SuppressWarnings("exports") // only Headway.begin makes one
    public Execution(Engine engine, RequestFacts facts, @Nullable CallOptions options) {
        this.engine = engine;
        this.facts = facts;
        this.options = options;
        RetryPolicy told = policy(engine, facts, options);
        this.policy = keyed(told) ? told.forIdempotentCall() : told;
        HeadwayListener listener = policy.listener().orElse(null);
        this.events = listener == null ? engine.events() : engine.events().after(listener);
        this.began = engine.time().nanoTime();
        long left = policy.maxElapsed().toNanos();
        this.deadline = began + Math.min(left, facts.timeLeftNanos().orElse(left));
    }

    private static RetryPolicy policy(Engine engine, RequestFacts facts, @Nullable CallOptions options) {
        RetryPolicy ofOptions = options == null ? null : options.policy();
        RetryPolicy own = ofOptions != null ? ofOptions : facts.policy();
        RetryPolicy chosen = own != null ? own : engine.policy();
        return options != null && options.idempotent() ? chosen.forIdempotentCall() : chosen;
    }

    /** Whether the call may be sent again because of its key alone, which is added where it is missing. */
    private boolean keyed(RetryPolicy told) {
        IdempotencyKey own = options == null ? null : options.idempotencyKey();
        IdempotencyKey key = own != null ? own : engine.idempotencyKey();
        if (key == null || Judgement.idempotent(told, facts)) {
            return false;
        }
        try {
            return facts.hasHeader(key.header()) || facts.addHeader(key.header(), key.newValue());
        } catch (Throwable e) {
            LOG.warn("No idempotency key could be added; the call goes without", e);
            return false;
        }
    }

    /**
     * Returns what to do now.
     *
     * @return the next step
     * @throws IllegalStateException if an attempt is on its way whose signal was not recorded
     */
    public Step next() {
        return switch (phase) {
            case NEW -> {
                Scope scope = engine.partitions().scopeOf(facts);
                permit = engine.limiter().acquire(scope, cost(), priority(), began, latest(began));
                yield decided(permit, began);
            }
            case QUEUED -> dequeued();
            case AGAIN -> again();
            case BACKING_OFF -> backedOff();
            case ENDED -> (history != null && history.end != null) ? history.end : RETURN;
            case SENT ->
                throw new IllegalStateException("Attempt " + attempt + " is on its way: record its signal first");
        };
    }

    /**
     * Tells what the attempt brought; exactly once for each {@link Step.Send}.
     *
     * @param signal what it brought
     * @throws IllegalStateException if no attempt is on its way
     */
    public void record(Signal signal) {
        if (phase != Phase.SENT) {
            throw new IllegalStateException("No attempt is on its way");
        }
        if (signal instanceof Signal.Response response) {
            answered(response);
        } else {
            failed((Signal.Failure) signal);
        }
    }

    /** Ends the call because its caller cancelled it. Gives the permit back. Idempotent. */
    public void cancel() {
        if (phase == Phase.ENDED) {
            return;
        }
        if (phase == Phase.SENT) {
            permit().answered(sentAt(), Permit.Answer.UNKNOWN, RateLimitHint.none());
        } else if (phase == Phase.QUEUED) {
            permit().cancel(began);
        }
        phase = Phase.ENDED;
    }

    /**
     * Tells whether a response of that status could still lead to another attempt, so that its body must be kept from the
     * caller until it is decided. Thread-safe while an attempt is on its way.
     *
     * @param status the status
     * @return whether it could
     */
    public boolean mayResend(int status) {
        return attempt < policy.maxAttempts() && Judgement.maybeRetryable(policy, status) && facts.replayable();
    }

    /**
     * Tells whether a response of that status will, as far as the status tells, be followed by another attempt, so that its body is
     * of no use but to tell of the limit.
     *
     * @param status the status
     * @return whether nothing is known that speaks against it
     */
    public boolean likelyResent(int status) {
        return mayResend(status)
                && Judgement.retryable(policy, status, RateLimitHint.none())
                && (Judgement.evidence(policy, status, RateLimitHint.none()) == Evidence.REFUSED
                        || Judgement.idempotent(policy, facts));
    }

    /**
     * Tells whether the beginning of a response's body is looked at, so that the adapter has it at hand when the signal is
     * recorded ({@link Signal.Response#bodyStart}). Thread-safe while an attempt is on its way. Never that of a switch of
     * protocols or of a stream of events, which must not be waited for.
     *
     * @param status the status
     * @param headers the header fields
     * @return whether it is
     */
    public boolean readsBody(int status, ResponseHeaders headers) {
        boolean inside = Judgement.looksInside(policy, status);
        if (!inside && !Judgement.error(status)) {
            return false;
        }
        try {
            boolean wanted =
                    (inside && BodyKind.isText(headers)) || engine.parser().readsBody(status, headers);
            return wanted && !streamsEvents(headers);
        } catch (Exception e) {
            LOG.warn("The HintParser threw; the body is not looked at", e);
            return false;
        }
    }

    private static boolean streamsEvents(ResponseHeaders headers) {
        boolean[] streams = new boolean[1];
        headers.forEach((name, value) -> {
            if (name.equalsIgnoreCase("Content-Type")) {
                streams[0] |= value.strip().regionMatches(true, 0, EVENTS, 0, EVENTS.length());
            }
        });
        return streams[0];
    }

    /**
     * Tells whether there may be a second attempt at all, so that it is worth keeping what it would need. Thread-safe.
     *
     * @return whether the policy allows one
     */
    public boolean mayRepeat() {
        return policy.maxAttempts() > 1;
    }

    /**
     * Tells whether the client itself must not send this request a second time behind our back.
     *
     * @return whether a second send would be unsafe
     */
    public boolean sendOnce() {
        return !Judgement.idempotent(policy, facts);
    }

    /**
     * Tells whether more happened than one attempt, so that somebody may ask for the trace.
     *
     * @return whether there was a second attempt, a wait or a give-up
     */
    public boolean eventful() {
        return attempt != 1 || (history != null && (history.end != null || !history.waits.isEmpty()));
    }

    /**
     * Returns what has happened up to now. Of a call that is not {@link #eventful} and went well nothing is kept, not even its only
     * attempt.
     *
     * @return the trace
     */
    public CallTrace trace() {
        return history == null
                ? new CallTrace(List.of(), List.of(), null)
                : new CallTrace(
                        history.attempts,
                        history.waits,
                        history.end != null ? history.end.reason() : null,
                        history.retryAfter);
    }

    /**
     * Returns the clock, sleeper and timer of the call.
     *
     * @return the time source
     */
    public TimeSource time() {
        return engine.time();
    }

    // ---- permit

    private Step decided(Permit asked, long now) {
        return switch (asked.state()) {
            case GRANTED -> send(now);
            case PENDING -> {
                if (fails() && !asked.undecided()) {
                    asked.cancel(began);
                    yield giveUp(because(asked, GiveUpReason.LIMIT));
                }
                phase = Phase.QUEUED;
                WaitCause cause = causeOf(asked);
                long atMost = (fails() ? deadline : latest(now)) - now;
                waitBegins(now, Math.min(Math.max(0, asked.expected(now) - now), atMost), atMost, cause);
                history().latest = now + atMost;
                yield new Step.Await(asked.settled(), atMost, cause);
            }
            case QUEUE_FULL -> giveUp(fails() ? GiveUpReason.LIMIT : GiveUpReason.QUEUE_FULL);
            case REFUSED, CANCELLED, ANSWERED -> giveUp(because(asked, tooLate(now)));
        };
    }

    private Step dequeued() {
        long now = engine.time().nanoTime();
        Permit asked = permit();
        long left = history().latest - now;
        if (asked.state() == Permit.State.PENDING && left > 0) {
            return new Step.Await(asked.settled(), left, causeOf(asked));
        }
        waitEnds(now);
        GiveUpReason late = because(asked, late());
        return switch (asked.state()) {
            case GRANTED -> granted(asked, now);
            case PENDING -> {
                asked.cancel(began);
                yield giveUp(late);
            }
            case QUEUE_FULL, REFUSED, CANCELLED, ANSWERED -> giveUp(late);
        };
    }

    /** Why there is no permit. */
    private static GiveUpReason because(Permit asked, GiveUpReason late) {
        return asked.cause() == WaitCause.LIMITER_DOWN ? GiveUpReason.LIMITER_DOWN : late;
    }

    private GiveUpReason late() {
        if (fails()) {
            return GiveUpReason.LIMIT;
        }
        return history().latest - deadline < 0 ? GiveUpReason.MAX_WAIT : GiveUpReason.DEADLINE;
    }

    /** What waited in the whole's queue until its part was known goes by the limits of that. */
    private Step granted(Permit asked, long now) {
        Scope known = engine.partitions().scopeOf(facts);
        if (asked.scope().equals(facts.scope()) && !known.equals(facts.scope())) {
            asked.cancel(began);
            permit = attempt == 0
                    ? engine.limiter().acquire(known, cost(), priority(), now, latest(now))
                    : engine.limiter().renew(known, cost(), priority(), began, now, latest(now));
            return decided(permit, now);
        }
        asked.leaves(now);
        return send(now);
    }

    /** When a permit that is asked for now must be there. */
    private long latest(long now) {
        return now + Math.min(deadline - now, maxWaitNanos());
    }

    private long maxWaitNanos() {
        if (fails()) {
            return 0;
        }
        return options != null && options.maxWaitNanos() >= 0 ? options.maxWaitNanos() : engine.maxWaitNanos();
    }

    /** Whether the call ends where it would have to wait for a limit. */
    private boolean fails() {
        OnLimit own = options == null ? null : options.onLimit();
        return (own != null ? own : engine.onLimit()) == OnLimit.FAIL;
    }

    private GiveUpReason tooLate(long now) {
        if (fails()) {
            return GiveUpReason.LIMIT;
        }
        return maxWaitNanos() < deadline - now ? GiveUpReason.MAX_WAIT : GiveUpReason.DEADLINE;
    }

    private int priority() {
        return options == null ? RateLimiter.NORMAL_PRIORITY : options.priority();
    }

    /** What the call takes of the quota, as far as that is known. */
    private int cost() {
        if (options != null && options.cost() > 0) {
            return options.cost();
        }
        if (!engine.weighs()) {
            return 1;
        }
        try {
            return Math.max(1, engine.cost().estimate(facts));
        } catch (Throwable e) {
            LOG.warn("The CallCost threw; the call counts as one of cost 1", e);
            return 1;
        }
    }

    /** Where the response tells what the call has taken. */
    private void settle(Permit counted, Signal.Response response, Permit.Answer answer) {
        if (!engine.weighs() || answer == Permit.Answer.REFUSED) {
            return;
        }
        try {
            engine.cost().actual(response).ifPresent(cost -> counted.settle(sentAt(), Math.max(0, cost)));
        } catch (Throwable e) {
            // Also what is thrown in Kotlin without a word, and errors: the permit must still come to its end.
            LOG.warn("The CallCost threw; what was estimated holds", e);
        }
    }

    /** A pause that this call's own refusal has brought is no longer somebody else's. */
    private WaitCause causeOf(Permit asked) {
        boolean own = history != null && history.delayCause == WaitCause.SERVER_HINT;
        return own && asked.cause() == WaitCause.SCOPE_PAUSED ? WaitCause.SERVER_HINT : asked.cause();
    }

    private Step send(long now) {
        attempt++;
        if (history != null) {
            history.sentAt = now;
        }
        phase = Phase.SENT;
        if (events.heard()) {
            HeadwayListener.SendEvent event = new HeadwayListener.SendEvent(info(), attempt);
            events.tell(listener -> listener.sending(event));
        }
        return attempt <= SENDS.length ? SENDS[attempt - 1] : new Step.Send(attempt);
    }

    // ---- signal and decision

    /** The permit of the attempt that has ended, to be ended once, whatever the caller's own parts throw from here on. */
    private Permit landed() {
        phase = Phase.ENDED;
        return permit();
    }

    private long sentAt() {
        // Without a history the first attempt left as soon as the call began.
        return history != null ? history.sentAt : began;
    }

    private void answered(Signal.Response response) {
        if (response.local()) {
            landed().cancel(sentAt());
            conclude(response, null, false, RateLimitHint.none());
            done();
            return;
        }
        RateLimitHint hint = read(response);
        if (!Judgement.error(response.status()) && !policy.mayRepeatSuccess()) {
            // What the table below comes to, for nearly all responses.
            tellLimiter(response, Permit.Answer.ACCEPTED, hint);
            conclude(response, null, false, hint);
            done();
            return;
        }
        boolean throttled = Judgement.throttled(policy, response.status(), hint);
        boolean paced = tellLimiter(response, answer(response.status(), throttled), hint);
        Evidence evidence = Judgement.evidence(policy, response.status(), hint);
        if (!Judgement.retryable(policy, response, hint)) {
            if (Judgement.error(response.status())) {
                history();
            }
            boolean well = evidence != Evidence.REFUSED && Judgement.served(response.status());
            conclude(response, well ? null : evidence, throttled, hint);
            done();
            return;
        }
        Evidence proven = response.ofAnotherRequest() ? Evidence.UNKNOWN : evidence;
        conclude(response, proven, throttled, hint);
        Duration asked = hint.retryAfter().orElse(Duration.ZERO);
        GiveUpReason reason = asked.compareTo(policy.maxServerWait()) > 0 ? GiveUpReason.SERVER_WAIT : obstacle(proven);
        history().asked = asked;
        tryAgain(response, reason, paced, throttled, asked, Judgement.namesMoment(hint));
    }

    /** Whether the limiter knows when the next attempt may go. */
    private boolean tellLimiter(Signal.Response response, Permit.Answer answer, RateLimitHint hint) {
        Permit mine = landed();
        settle(mine, response, answer);
        if (answer != Permit.Answer.REFUSED && hint.equals(RateLimitHint.none())) {
            return mine.answered(sentAt(), answer, hint);
        }
        Scope answered = response.scope();
        if (answered == null || answered.equals(facts.origin())) {
            return toldOfPart(mine, response, answer, hint);
        }
        return toldElsewhere(mine, answered, answer, hint);
    }

    /** Where a redirect has led to: that server's callers hold back. The next attempt begins here again. */
    private boolean toldElsewhere(Permit mine, Scope answered, Permit.Answer answer, RateLimitHint hint) {
        Permit there = engine.limiter().adopt(answered, cost());
        if (there == null) {
            return mine.answered(sentAt(), answer, hint);
        }
        mine.answered(sentAt(), Permit.Answer.ACCEPTED, RateLimitHint.none());
        there.answered(sentAt(), answer, hint);
        return false;
    }

    /** Where the server says which part of its API the limits are of: calls of other parts are not held. */
    private boolean toldOfPart(Permit mine, Signal.Response response, Permit.Answer answer, RateLimitHint hint) {
        Scope scope = facts.scope();
        boolean ofWhole = hint.whole() && answer == Permit.Answer.REFUSED;
        Scope meant = ofWhole
                ? outermost(scope)
                : hint.partition()
                        .flatMap(name -> engine.partitions().part(scope, name))
                        .orElse(mine.scope());
        Permit counted = meant.equals(mine.scope()) ? null : engine.limiter().adopt(meant, cost());
        if (counted == null) {
            return mine.answered(sentAt(), answer, hint);
        }
        settle(counted, response, answer);
        if (answer == Permit.Answer.REFUSED) {
            mine.cancel(sentAt());
        } else {
            mine.answered(sentAt(), answer, RateLimitHint.none());
        }
        if (!ofWhole) {
            engine.partitions().learn(facts, meant);
            permit = counted;
        }
        return counted.answered(sentAt(), answer, hint);
    }

    /** What a user's resolver has made a part of something is refused with it. */
    private static Scope outermost(Scope scope) {
        Scope outer = scope;
        for (Scope whole = scope; whole != null; whole = whole.whole()) {
            outer = whole;
        }
        return outer;
    }

    private void failed(Signal.Failure failure) {
        boolean paced = false;
        if (failure.evidence() == Evidence.NOT_SENT) {
            landed().cancel(sentAt());
        } else {
            Permit.Answer answer = failure.throttled() ? Permit.Answer.REFUSED : Permit.Answer.UNKNOWN;
            paced = landed().answered(sentAt(), answer, failure.hint());
        }
        conclude(failure, failure.evidence(), failure.throttled(), failure.hint());
        if (Judgement.retryable(policy, failure)) {
            Duration asked = failure.hint().retryAfter().orElse(Duration.ZERO);
            boolean tooLong = asked.compareTo(policy.maxServerWait()) > 0;
            history().asked = asked;
            tryAgain(
                    failure,
                    tooLong ? GiveUpReason.SERVER_WAIT : obstacle(failure.evidence()),
                    paced,
                    failure.throttled(),
                    asked,
                    Judgement.namesMoment(failure.hint()));
        } else {
            done();
        }
    }

    private void tryAgain(
            Signal signal,
            @Nullable GiveUpReason obstacle,
            boolean paced,
            boolean throttled,
            Duration asked,
            boolean named) {
        if (obstacle != null) {
            // One attempt is all that was ever wanted: nothing was given up.
            if (policy.maxAttempts() == 1) {
                done();
            } else {
                giveUp(obstacle);
            }
            return;
        }
        History next = history();
        next.resendCost = paced ? 0 : Judgement.budgetWeight(signal);
        // Where only the limiter knows the moment, a backoff that somebody has chosen counts as well.
        long backoff = paced && (named || policy.hasStandardBackoff()) ? 0 : backoffNanos(throttled);
        long hinted = paced ? 0 : nanos(asked);
        next.delay = Math.max(backoff, hinted);
        next.delayCause = (paced ? named : hinted > backoff) ? WaitCause.SERVER_HINT : WaitCause.BACKOFF;
        if (policy.stops(attempt, engine.time().nanoTime() - began, next.delay)) {
            giveUp(GiveUpReason.STOPPED);
            return;
        }
        phase = Phase.AGAIN;
    }

    private @Nullable GiveUpReason obstacle(Evidence evidence) {
        if (attempt >= policy.maxAttempts()) {
            return GiveUpReason.ATTEMPTS;
        }
        if (!facts.replayable()) {
            return GiveUpReason.NOT_REPLAYABLE;
        }
        if (evidence == Evidence.UNKNOWN && !Judgement.idempotent(policy, facts)) {
            return GiveUpReason.NOT_IDEMPOTENT;
        }
        return null;
    }

    private RateLimitHint read(Signal.Response response) {
        try {
            return Objects.requireNonNull(engine.parser().parse(response, engine.time()));
        } catch (Exception e) {
            LOG.warn("The HintParser threw; the response counts as one without hints", e);
            return RateLimitHint.none();
        }
    }

    private static Permit.Answer answer(int status, boolean throttled) {
        if (throttled) {
            return Permit.Answer.REFUSED;
        }
        return Judgement.served(status) ? Permit.Answer.ACCEPTED : Permit.Answer.UNKNOWN;
    }

    private long backoffNanos(boolean throttled) {
        try {
            return Math.max(
                    0,
                    nanos(policy.backoff()
                            .delay(
                                    attempt,
                                    throttled,
                                    Duration.ofNanos(history().delay),
                                    engine.random().get())));
        } catch (Exception e) {
            LOG.warn("The Backoff threw; the standard one is used instead", e);
            return nanos(RetryPolicy.standard()
                    .backoff()
                    .delay(attempt, throttled, engine.random().get()));
        }
    }

    private static long nanos(Duration length) {
        // Longer than every deadline, and no overflow.
        Duration longest = Duration.ofDays(1000);
        return length.compareTo(longest) > 0 ? longest.toNanos() : length.toNanos();
    }

    // ---- the way to the next attempt

    private Step again() {
        long now = engine.time().nanoTime();
        History next = history();
        if (next.resendCost == 0 && next.delay == 0) {
            return renewed(now);
        }
        // Lengths, not moments: the clock may overflow between two of them.
        long wait = Math.max(next.delay, permit().earliestRenewal(now) - now);
        if (now + wait - deadline >= 0) {
            return giveUp(GiveUpReason.DEADLINE);
        }
        if (wait - next.delay > maxWaitNanos()) {
            return giveUp(tooLate(now));
        }
        if (fails() && next.delayCause == WaitCause.SERVER_HINT) {
            return giveUp(GiveUpReason.LIMIT);
        }
        if (next.resendCost > 0 && !permit().tryResend(next.resendCost)) {
            return giveUp(GiveUpReason.BUDGET);
        }
        if (next.delay == 0) {
            return renewed(now);
        }
        phase = Phase.BACKING_OFF;
        waitBegins(now, next.delay, next.delay, next.delayCause);
        return new Step.Wait(next.delay, next.delayCause);
    }

    private Step backedOff() {
        long now = engine.time().nanoTime();
        waitEnds(now);
        return renewed(now);
    }

    private Step renewed(long now) {
        if (now - deadline >= 0) {
            return giveUp(GiveUpReason.DEADLINE);
        }
        permit = permit().renew(priority(), began, now, latest(now));
        return decided(permit, now);
    }

    // ---- what is told

    /** Keeps the attempt that has just ended, where somebody will ask for it. */
    private void conclude(Signal signal, @Nullable Evidence evidence, boolean throttled, RateLimitHint hint) {
        boolean heard = evidence == null ? events.heard() : events.troubleHeard();
        if (history == null && evidence == null && !heard) {
            return;
        }
        CallTrace.Attempt done = finished(signal, engine.time().nanoTime());
        history().attempts.add(done);
        if (heard) {
            HeadwayListener.AttemptEvent event =
                    new HeadwayListener.AttemptEvent(info(), done, evidence, throttled, hint);
            events.tell(listener -> listener.attempt(event));
        }
    }

    private CallTrace.Attempt finished(Signal signal, long now) {
        boolean response = signal instanceof Signal.Response;
        return new CallTrace.Attempt(
                attempt,
                Duration.ofNanos(sentAt() - began),
                Duration.ofNanos(now - sentAt()),
                response ? OptionalInt.of(((Signal.Response) signal).status()) : OptionalInt.empty(),
                response ? null : ((Signal.Failure) signal).cause());
    }

    private void waitBegins(long now, long atLeast, long atMost, WaitCause cause) {
        history().waitBegan = now;
        history().waitCause = cause;
        if (events.troubleHeard()) {
            HeadwayListener.WaitEvent event = new HeadwayListener.WaitEvent(
                    info(),
                    attempt + 1,
                    Duration.ofNanos(atLeast),
                    Duration.ofNanos(atMost),
                    cause,
                    Duration.ofNanos(deadline - now),
                    last());
            events.tell(listener -> listener.waiting(event));
        }
    }

    private void waitEnds(long now) {
        History kept = history();
        CallTrace.Wait wait = new CallTrace.Wait(attempt + 1, Duration.ofNanos(now - kept.waitBegan), kept.waitCause);
        kept.waits.add(wait);
        if (events.troubleHeard()) {
            HeadwayListener.WaitedEvent event = new HeadwayListener.WaitedEvent(info(), wait);
            events.tell(listener -> listener.waited(event));
        }
    }

    private CallTrace.@Nullable Attempt last() {
        List<CallTrace.Attempt> ended = history().attempts;
        return ended.isEmpty() ? null : ended.get(ended.size() - 1);
    }

    private Step done() {
        phase = Phase.ENDED;
        if (events.heard()) {
            HeadwayListener.DoneEvent event = new HeadwayListener.DoneEvent(info(), trace());
            events.tell(listener -> listener.done(event));
        }
        return RETURN;
    }

    private Step giveUp(GiveUpReason reason) {
        Step.GiveUp step = new Step.GiveUp(reason, policy.throwsOnGiveUp());
        history().end = step;
        history().retryAfter = retryAfter(reason);
        if (events.troubleHeard()) {
            HeadwayListener.GiveUpEvent event =
                    new HeadwayListener.GiveUpEvent(info(), reason, attempt, last(), history().retryAfter);
            events.tell(listener -> listener.gaveUp(event));
        }
        done();
        return step;
    }

    /** When the next attempt could go, where that was the obstacle. */
    private @Nullable Duration retryAfter(GiveUpReason reason) {
        return switch (reason) {
            case DEADLINE, MAX_WAIT, LIMIT, LIMITER_DOWN, QUEUE_FULL, SERVER_WAIT -> {
                long now = engine.time().nanoTime();
                Scope scope = engine.partitions().scopeOf(facts);
                long byLimiter = engine.limiter().earliest(scope, cost(), now) - now;
                long wait = Math.max(byLimiter, nanos(history().asked));
                yield wait > 0 ? Duration.ofNanos(wait) : null;
            }
            default -> null;
        };
    }

    /** Made once: to put a URL together takes longer than all else that a listener costs. */
    private HeadwayListener.CallInfo info() {
        History kept = history();
        HeadwayListener.CallInfo info = kept.info;
        if (info == null) {
            info = new HeadwayListener.CallInfo(facts.scope(), facts.method(), facts.url());
            kept.info = info;
        }
        return info;
    }

    private History history() {
        if (history == null) {
            history = new History(began);
        }
        return history;
    }

    private Permit permit() {
        if (permit == null) {
            throw new IllegalStateException("No permit was asked for");
        }
        return permit;
    }
}
