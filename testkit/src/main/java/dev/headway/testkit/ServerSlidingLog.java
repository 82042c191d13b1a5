package dev.headway.testkit;

import java.util.ArrayDeque;
import java.util.Deque;

/** So many requests in any span of one window, the end of the span excluded. */
final class ServerSlidingLog implements ServerQuota {

    private final long limit;
    private final long window;
    private final Deque<Long> accepted = new ArrayDeque<>();

    ServerSlidingLog(long limit, long window) {
        this.limit = limit;
        this.window = window;
    }

    @Override
    public Verdict judge(long now) {
        while (!accepted.isEmpty() && now - accepted.getFirst() >= window) {
            accepted.removeFirst();
        }
        boolean room = accepted.size() < limit;
        if (room) {
            accepted.addLast(now);
        }
        return new Verdict(room, limit, limit - accepted.size(), window - (now - accepted.getFirst()));
    }
}
