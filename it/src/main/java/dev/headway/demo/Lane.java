package dev.headway.demo;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What one way of calling came to.
 *
 * @param name what the lane shows
 * @param calls the calls
 * @param sent how many requests reached the server
 * @param refused how many of them it refused
 * @param minimum the least time that the server's limit leaves for so many calls, in seconds, where it is known
 */
record Lane(String name, List<DoneCall> calls, long sent, long refused, OptionalDouble minimum) {

    /** With what the callers saw, where the server can not be asked. */
    static Lane asSeen(String name, List<DoneCall> calls) {
        long sent = calls.stream().mapToLong(DoneCall::requests).sum();
        long refused = calls.stream().mapToLong(DoneCall::refusals).sum();
        return new Lane(name, calls, sent, refused, OptionalDouble.empty());
    }

    long succeeded() {
        return calls.stream().filter(DoneCall::succeeded).count();
    }

    boolean complete() {
        return succeeded() == calls.size();
    }

    /** From the begin of the lane to the end of its last call. */
    double seconds() {
        return calls.stream().mapToLong(DoneCall::ended).max().orElse(0) / 1e9;
    }

    /** The time that so many of a hundred calls did not exceed. */
    double percentile(int percent) {
        long[] sorted = calls.stream().mapToLong(DoneCall::latency).sorted().toArray();
        int index = (int) Math.ceil(percent / 100.0 * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e9;
    }
}
