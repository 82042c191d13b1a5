package dev.headway.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** Calls in as few rows as can be: those that overlap are in different ones. The row whose first call ends first is on top. */
final class Rows {

    private Rows() {}

    private record Busy(long until, int row) {}

    static List<List<Call>> of(List<Call> calls) {
        List<Call> sorted = new ArrayList<>(calls);
        sorted.sort(Comparator.comparingLong(Call::began).thenComparingLong(Call::ended));
        List<List<Call>> rows = new ArrayList<>();
        TreeSet<Integer> free = new TreeSet<>();
        PriorityQueue<Busy> busy = new PriorityQueue<>(Comparator.comparingLong(Busy::until));
        for (Call call : sorted) {
            for (Busy first = busy.peek(); first != null && first.until() <= call.began(); first = busy.peek()) {
                free.add(first.row());
                busy.remove();
            }
            Integer row = free.pollFirst();
            if (row == null) {
                row = rows.size();
                rows.add(new ArrayList<>());
            }
            rows.get(row).add(call);
            busy.add(new Busy(call.ended(), row));
        }
        rows.sort(Comparator.comparingLong(row -> row.get(0).ended()));
        return rows;
    }
}
