package dev.headway.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The lanes in figures. */
final class Table {

    private Table() {}

    static void print(List<Lane> lanes, PrintStream out) {
        int width = Math.max(
                4, lanes.stream().mapToInt(lane -> lane.name().length()).max().orElse(0));
        out.printf(
                Locale.ROOT,
                "%-" + width + "s  %9s  %7s  %6s  %8s  %8s  %7s  %8s  %8s%n",
                "",
                "succeeded",
                "refused",
                "sent",
                "time",
                "minimum",
                "x min.",
                "p50",
                "p99");
        for (Lane lane : lanes) {
            out.printf(
                    Locale.ROOT,
                    "%-" + width + "s  %9s  %7d  %6d  %8s  %8s  %7s  %8s  %8s%n",
                    lane.name(),
                    lane.succeeded() + "/" + lane.calls().size(),
                    lane.refused(),
                    lane.sent(),
                    seconds(lane.seconds()),
                    lane.minimum().isPresent() ? seconds(lane.minimum().getAsDouble()) : "?",
                    ratio(lane),
                    seconds(lane.percentile(50)),
                    seconds(lane.percentile(99)));
        }
    }

    private static String ratio(Lane lane) {
        if (lane.minimum().isEmpty() || lane.minimum().getAsDouble() == 0 || !lane.complete()) {
            return "-";
        }
        return String.format(
                Locale.ROOT, "%.2f", lane.seconds() / lane.minimum().getAsDouble());
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }
}
