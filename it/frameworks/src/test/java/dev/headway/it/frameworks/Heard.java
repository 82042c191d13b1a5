package dev.headway.it.frameworks;

import dev.headway.CallTrace;
import dev.headway.HeadwayListener;
import java.util.ArrayList;
import java.util.List;

/** What a Headway tells: an attempt that it does not know of was made by somebody else. */
final class Heard implements HeadwayListener {

    private final List<Integer> statuses = new ArrayList<>();
    private final List<CallTrace> calls = new ArrayList<>();

    @Override
    public synchronized void attempt(AttemptEvent event) {
        statuses.add(event.attempt().status().orElse(0));
    }

    @Override
    public synchronized void done(DoneEvent event) {
        calls.add(event.trace());
    }

    /** The status of each attempt; 0 for one that failed. */
    synchronized List<Integer> statuses() {
        return List.copyOf(statuses);
    }

    /** The calls that have ended. */
    synchronized List<CallTrace> calls() {
        return List.copyOf(calls);
    }
}
