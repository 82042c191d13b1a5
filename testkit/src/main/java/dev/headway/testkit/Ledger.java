package dev.headway.testkit;

import dev.headway.Limit;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges requests one after the other, each at the moment it comes, and keeps the record of them. Thread-safe. */
final class Ledger {

    /** What was said of a request, and when by the wall clock. */
    record Entry(Verdict verdict, Instant at) {}

    private final Limit limit;
    private final Counting counting;
    private final TimeSource time;
    private final long began;
    private final Instant beganAt;
    private final List<AnsweredRequest> requests = new ArrayList<>();
    private ServerQuota quota;
    private int accepted;

    Ledger(Limit limit, Counting counting, TimeSource time) {
        this.limit = limit;
        this.counting = counting;
        this.time = time;
        began = time.nanoTime();
        beganAt = time.instant();
        quota = ServerQuota.of(limit, counting, beganAt);
    }

    synchronized Entry judge(String method, String path, int connection, @Nullable String id) {
        long now = time.nanoTime() - began;
        Verdict verdict = quota.judge(now);
        accepted += verdict.accepted() ? 1 : 0;
        int status = verdict.accepted() ? 200 : 429;
        Duration at = Duration.ofNanos(now);
        Duration notBefore = verdict.accepted() ? at : at.plusNanos(verdict.resetNanos());
        requests.add(new AnsweredRequest(at, method, path, status, connection, id, notBefore));
        return new Entry(verdict, time.instant());
    }

    synchronized List<AnsweredRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized int accepted() {
        return accepted;
    }

    synchronized int refused() {
        return requests.size() - accepted;
    }

    synchronized void reset() {
        quota = ServerQuota.of(limit, counting, beganAt);
        requests.clear();
        accepted = 0;
    }
}
