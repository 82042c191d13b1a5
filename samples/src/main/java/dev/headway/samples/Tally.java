package dev.headway.samples;

import dev.headway.HeadwayListener;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the calls of a Headway, or of several, come to. */
final class Tally implements HeadwayListener {

    private final LongAdder sent = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final long began = System.nanoTime();

    @Override
    public void attempt(AttemptEvent event) {
        sent.increment();
        if (event.throttled()) {
            refused.increment();
        }
    }

    /** Whether a caller has got what it wanted, which a listener can not know. */
    void successIf(boolean succeeded) {
        if (succeeded) {
            this.succeeded.increment();
        }
    }

    long sent() {
        return sent.sum();
    }

    long refused() {
        return refused.sum();
    }

    long succeeded() {
        return succeeded.sum();
    }

    String table() {
        double seconds = (System.nanoTime() - began) / 1e9;
        return """
                | sent | succeeded | refused | time |
                |---|---|---|---|
                | %d | %d | %d | %.2f s |""".formatted(sent(), succeeded(), refused(), seconds);
    }
}
