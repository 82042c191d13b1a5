package dev.headway.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** A line now and then while a lane works. */
final class Progress {

    static final long PERIOD_MILLIS = 2000;

    private final PrintStream out;
    private final String lane;
    private final int calls;
    private final long began = System.nanoTime();

    Progress(PrintStream out, String lane, int calls) {
        this.out = out;
        this.lane = lane;
        this.calls = calls;
    }

    void show(List<DoneCall> done) {
        long succeeded = done.stream().filter(DoneCall::succeeded).count();
        long lost = done.size() - succeeded;
        out.printf(
                Locale.ROOT,
                "%s: %d of %d succeeded%s, %.1f s%n",
                lane,
                succeeded,
                calls,
                lost == 0 ? "" : ", " + lost + " lost",
                (System.nanoTime() - began) / 1e9);
        out.flush();
    }
}
