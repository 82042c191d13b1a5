package dev.headway.benchmarks.goodput;

import java.util.ArrayList;
import java.util.List;

/**
 * What the short form asks of Headway. However slow the machine, no call may fail, hardly any may be refused, and client and server
 * count the same: else the run fails. Whether it was fast enough depends on the machine, so of that it only warns.
 */
final class Check {

    /** Ten times and twice what is aimed at. */
    private static final double MOST_REFUSED_TOLD = 0.1;

    private static final double MOST_REFUSED_UNTOLD = 0.5;

    private final List<String> broken = new ArrayList<>();
    private final List<String> slow = new ArrayList<>();

    Check(List<RunGoodput.Row> rows, int expected, int differ) {
        if (rows.size() != expected) {
            broken.add((expected - rows.size()) + " runs did not come to their end");
        }
        if (differ > 0) {
            broken.add("client and server counts differ in " + differ + " runs");
        }
        double logs = 0;
        int told = 0;
        for (RunGoodput.Row row : rows) {
            look(row);
            if (told(row)) {
                logs += Math.log(row.makespan / row.minimum);
                told++;
            }
        }
        double mean = Math.exp(logs / Math.max(1, told));
        if (mean > 1.06) {
            slow.add(String.format("told, all cases: %.3f x least on average, aim 1.06", mean));
        }
    }

    private void look(RunGoodput.Row row) {
        String run = row.spec + " " + row.strategy;
        if (row.failed > 0) {
            broken.add(run + ": " + row.failed + " calls failed");
        }
        double most = told(row) ? MOST_REFUSED_TOLD : MOST_REFUSED_UNTOLD;
        double refused = row.rejected / (double) row.calls;
        if (refused > most) {
            broken.add(String.format("%s: %.3f refused per success, at most %.1f", run, refused, most));
        }
        double times = row.makespan / row.minimum;
        if (times > aim(row)) {
            slow.add(String.format("%s: %.3f x least, aim %.2f", run, times, aim(row)));
        }
    }

    private static double aim(RunGoodput.Row row) {
        if (told(row)) {
            return 1.15;
        }
        if (row.spec.startsWith("express")) {
            return row.spec.contains("legacy") ? 1.25 : 1.06;
        }
        return row.spec.startsWith("nginx-r20b20ra") ? 1.10 : 1.35;
    }

    private static boolean told(RunGoodput.Row row) {
        return row.strategy.endsWith("-told");
    }

    /** Prints what was found. */
    boolean passed() {
        slow.forEach(each -> System.out.println("slow (no failure): " + each));
        broken.forEach(each -> System.out.println("FAILED: " + each));
        return broken.isEmpty();
    }
}
