package dev.headway.testkit;

import dev.headway.Limit;
import dev.headway.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Judges requests one after the other, each at the moment it comes, and keeps the record of them. Thread-safe. */
final class Ledger {

    /** What was said of a request, and when by the wall clock. */
    record Entry(Verdict verdict, Instant at) {}

    private final Limit limit;
    private final boolean clockAligned;
    private final TimeSource time;
    private final long began;
    private final Instant beganAt;
    private final List<AnsweredRequest> requests = new ArrayList<>();
    private ServerQuota quota;
    private int accepted;

    Ledger(Limit limit, boolean clockAligned, TimeSource time) {
        this.limit = limit;
        this.clockAligned = clockAligned;
        this.time = time;
        began = time.nanoTime();
        beganAt = time.instant();
        quota = fullQuota(limit, clockAligned, beganAt);
    }

    synchronized Entry judge(String method, String path, int connection) {
        long now = time.nanoTime() - began;
        Verdict verdict = quota.judge(now);
        accepted += verdict.accepted() ? 1 : 0;
        requests.add(
                new AnsweredRequest(Duration.ofNanos(now), method, path, verdict.accepted() ? 200 : 429, connection));
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
        quota = fullQuota(limit, clockAligned, beganAt);
        requests.clear();
        accepted = 0;
    }

    private static ServerQuota fullQuota(Limit limit, boolean clockAligned, Instant beganAt) {
        return clockAligned ? ServerQuota.clockAligned(limit, beganAt) : ServerQuota.of(limit);
    }
}
