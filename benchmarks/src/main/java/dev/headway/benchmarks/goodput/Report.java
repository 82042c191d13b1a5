package dev.headway.benchmarks.goodput;

import dev.headway.benchmarks.common.Stats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code Report goodput.csv}: medians over the repetitions, case by case, and one line a strategy over all cases. */
public final class Report {
    private Report() {}

    /** What a case counts as in which calls failed: the least factor of a run that had got them all through by then. */
    private static final double DEADLINE = 45;

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Map<String, Map<String, List<String[]>>> cases = new LinkedHashMap<>();
        Map<String, double[]> total =
                new LinkedHashMap<>(); // ok, calls, rejected, sum of ln(ratio), full cases, cases, worst
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (!line.startsWith("case,")) {
                String[] f = line.split(",");
                cases.computeIfAbsent(f[0], k -> new LinkedHashMap<>())
                        .computeIfAbsent(f[1], k -> new ArrayList<>())
                        .add(f);
            }
        }
        for (Map.Entry<String, Map<String, List<String[]>>> c : cases.entrySet()) {
            String[] any = c.getValue().values().iterator().next().get(0);
            System.out.printf("%n%s: %s calls, least time %s s%n", c.getKey(), any[3], any[11]);
            System.out.printf(
                    "  %-20s %9s %8s %8s %7s %9s %17s %8s %8s %3s%n",
                    "strategy",
                    "ok %",
                    "sent",
                    "reject",
                    "rej/ok",
                    "time s",
                    "x least [min..max]",
                    "p50 s",
                    "p99 s",
                    "n");
            c.getValue().forEach((s, rows) -> {
                double ok = med(rows, 4);
                double calls = med(rows, 3);
                double rejected = med(rows, 8);
                List<Double> x = col(rows, 12);
                boolean full = ok == calls;
                boolean cut = med(rows, 16) > 0.5;
                System.out.printf(
                        "  %-20s %8.1f%% %8.0f %8.0f %7.2f %9.2f %6.3f [%5.2f..%5.2f]%s %7.2f %8.2f %3d%n",
                        s,
                        100 * ok / calls,
                        med(rows, 6),
                        rejected,
                        rejected / Math.max(1, ok),
                        med(rows, 10),
                        Stats.median(x),
                        Stats.min(x),
                        Stats.max(x),
                        cut ? "D" : full ? " " : "!",
                        med(rows, 13),
                        med(rows, 14),
                        rows.size());
                double[] t = total.computeIfAbsent(s, k -> new double[8]);
                t[0] += ok;
                t[1] += calls;
                t[2] += rejected;
                t[5]++;
                t[7] += Math.log(full ? Stats.median(x) : Math.max(DEADLINE / med(rows, 11), Stats.median(x)));
                if (full) {
                    t[3] += Math.log(Stats.median(x));
                    t[4]++;
                    t[6] = Math.max(t[6], Stats.median(x));
                }
            });
        }
        System.out.printf(
                "%nOver all cases: geometric mean of x least, a case with failed calls counted as cut at %.0f s; then over "
                        + "the full cases alone%n",
                DEADLINE);
        System.out.printf(
                "  %-20s %9s %9s %12s %10s %10s %8s%n",
                "strategy", "ok %", "rej/ok", "full cases", "x least", "full alone", "worst");
        total.forEach((s, t) -> System.out.printf(
                "  %-20s %8.2f%% %9.3f %6.0f of %2.0f %10.3f %10s %8s%n",
                s,
                100 * t[0] / t[1],
                t[2] / Math.max(1, t[0]),
                t[4],
                t[5],
                Math.exp(t[7] / t[5]),
                t[4] == 0 ? "-" : String.format("%.3f", Math.exp(t[3] / t[4])),
                t[4] == 0 ? "-" : String.format("%.2f", t[6])));
        System.out.println(
                "  (! some calls failed: the time says little; D cut off at the deadline, what was under way counts as failed)");
    }

    private static List<Double> col(List<String[]> rows, int i) {
        List<Double> v = new ArrayList<>();
        rows.forEach(r -> v.add(Double.parseDouble(r[i])));
        return v;
    }

    private static double med(List<String[]> rows, int i) {
        return Stats.median(col(rows, i));
    }
}
