package dev.headway.testkit;

import static java.util.Objects.requireNonNull;

import dev.headway.Concurrency;
import dev.headway.Limit;
import dev.headway.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server's record must show of a client that behaves. Each check returns this, or throws an {@link AssertionError} that
 * names the requests at fault.
 *
 * <pre>{@code
 * RequestChecks.that(api.requests()).neverOver().neverEarly().nothingTwice();
 * }</pre>
 *
 * <p>Immutable.
 */
public final class RequestChecks {

    private static final int SHOWN = 5;

    private final List<AnsweredRequest> requests;

    private RequestChecks(List<AnsweredRequest> requests) {
        this.requests = List.copyOf(requests);
    }

    /**
     * Returns the checks of a record.
     *
     * @param requests the requests, in the order in which they came
     * @return the checks
     */
    public static RequestChecks that(List<AnsweredRequest> requests) {
        return new RequestChecks(requests);
    }

    /**
     * Checks that after a refusal nothing came before the moment it allowed. What came at the instant of the refusal itself was
     * under way.
     *
     * @return this
     */
    public RequestChecks neverEarly() {
        return neverEarly(Duration.ZERO);
    }

    /**
     * Checks that after a refusal nothing came before the moment it allowed.
     *
     * @param underWay what comes so soon after the refusal was sent before the client could know of it; not negative
     * @return this
     */
    public RequestChecks neverEarly(Duration underWay) {
        AnsweredRequest latest = null;
        for (AnsweredRequest request : requests) {
            if (latest != null
                    && request.at().compareTo(latest.notBefore()) < 0
                    && request.at().compareTo(latest.at().plus(underWay)) > 0) {
                throw new AssertionError("Early by "
                        + AnsweredRequest.seconds(latest.notBefore().minus(request.at())) + ": " + request + ", after "
                        + latest + ", which allowed nothing before "
                        + AnsweredRequest.seconds(latest.notBefore()));
            }
            boolean refused = request.notBefore().compareTo(request.at()) > 0;
            if (refused && (latest == null || request.notBefore().compareTo(latest.notBefore()) > 0)) {
                latest = request;
            }
        }
        return this;
    }

    /**
     * Checks that nothing was refused with 429.
     *
     * @return this
     */
    public RequestChecks neverOver() {
        List<AnsweredRequest> refused =
                requests.stream().filter(request -> request.status() == 429).toList();
        if (!refused.isEmpty()) {
            throw new AssertionError(
                    "Over the limit, " + refused.size() + " of " + requests.size() + ": " + some(refused));
        }
        return this;
    }

    /**
     * Checks that the requests, however they were answered, kept a limit: for a server that does not count.
     *
     * @param limit a {@link dev.headway.TokenBucket}, or a {@link Quota} in any span of its window
     * @return this
     * @throws IllegalArgumentException if it is no rate
     */
    public RequestChecks neverOver(Limit limit) {
        if (limit instanceof Concurrency) {
            throw new IllegalArgumentException("A record shows calls in time: give a TokenBucket or a Quota.");
        }
        Counting counting = limit instanceof Quota ? Counting.SLIDING_LOG : Counting.TOKEN_BUCKET;
        ServerQuota quota = ServerQuota.of(limit, counting, Instant.EPOCH);
        for (AnsweredRequest request : requests) {
            Verdict verdict = quota.judge(request.at().toNanos());
            if (!verdict.accepted()) {
                throw new AssertionError("Over the limit of " + limit + ": " + request + " came "
                        + AnsweredRequest.seconds(Duration.ofNanos(verdict.resetNanos())) + " too soon");
            }
        }
        return this;
    }

    /**
     * Checks that no method and {@link AnsweredRequest#id} came again after the server may have acted on it. A refusal with 429
     * or 503 says that it has not.
     *
     * @return this
     */
    public RequestChecks nothingTwice() {
        Map<String, AnsweredRequest> acted = new HashMap<>();
        boolean named = false;
        for (AnsweredRequest request : requests) {
            if (request.id() == null) {
                continue;
            }
            named = true;
            String name = request.method() + " " + request.id();
            if (acted.containsKey(name)) {
                throw new AssertionError("Sent twice: " + request + ", after " + requireNonNull(acted.get(name)));
            }
            if (request.status() != 429 && request.status() != 503) {
                acted.put(name, request);
            }
        }
        if (!named && !requests.isEmpty()) {
            throw new AssertionError(
                    "No request has an id, so nothing shows whether one came twice: " + some(requests));
        }
        return this;
    }

    private static String some(List<AnsweredRequest> requests) {
        String shown = String.join(
                "; ",
                requests.stream().limit(SHOWN).map(AnsweredRequest::toString).toList());
        return requests.size() > SHOWN ? shown + "; …" : shown;
    }
}
