package dev.headway.internal.limiter.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A row of the grid: a situation, and what must come out for each seed. */
final class Gate {

    enum Measure {
        REFUSED("refused"),
        /** In percent of what arrived. */
        REFUSED_PERCENT("% refused"),
        REFUSED_PER_SUCCESS("refused per success"),
        /** The last answer, against the least time and one round trip. */
        TIMES_LEAST("x least"),
        SECONDS("s"),
        /** In percent of what the server allows. */
        GOODPUT("% goodput"),
        P99("s p99"),
        /** Calls that the standard policy would have given up. */
        FAILED("failed");

        private final String unit;

        Measure(String unit) {
            this.unit = unit;
        }
    }

    private record Bound(Measure measure, double value, boolean atLeast, boolean mean) {

        double of(double[] values) {
            if (mean) {
                return java.util.Arrays.stream(values).average().orElseThrow();
            }
            return atLeast
                    ? java.util.Arrays.stream(values).min().orElseThrow()
                    : java.util.Arrays.stream(values).max().orElseThrow();
        }

        boolean met(double measured) {
            return atLeast ? measured >= value : measured <= value;
        }

        String says(double measured) {
            return String.format(
                    Locale.ROOT,
                    "%s%s%s %s (%s %s)",
                    met(measured) ? "" : "!! ",
                    digits(measured),
                    mean ? " mean" : "",
                    measure.unit,
                    atLeast ? "≥" : "≤",
                    digits(value));
        }

        private static String digits(double value) {
            return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.3f", value)
                    .replaceAll("\\.0+$|(\\.\\d*?)0+$", "$1");
        }
    }

    /** What all seeds together came to. */
    record Outcome(Gate gate, boolean met, String measured) {}

    private final String group;
    private final String name;
    private final double least;
    private final LongFunction<Result> run;
    private final List<Bound> bounds = new ArrayList<>();
    private Network network = Network.TYPICAL;
    private boolean whole;

    /**
     * Begins a row.
     *
     * @param least the time that the limit leaves, in seconds, for {@link Measure#TIMES_LEAST}
     * @param run the situation, for a seed
     */
    Gate(String group, String name, double least, LongFunction<Result> run) {
        this.group = group;
        this.name = name;
        this.least = least;
        this.run = run;
    }

    Gate atMost(Measure measure, double value) {
        bounds.add(new Bound(measure, value, false, false));
        return this;
    }

    Gate atLeast(Measure measure, double value) {
        bounds.add(new Bound(measure, value, true, false));
        return this;
    }

    Gate atMostOnAverage(Measure measure, double value) {
        bounds.add(new Bound(measure, value, false, true));
        return this;
    }

    Gate atLeastOnAverage(Measure measure, double value) {
        bounds.add(new Bound(measure, value, true, true));
        return this;
    }

    /** Of which round trip {@link Measure#TIMES_LEAST} speaks. */
    Gate over(Network other) {
        network = other;
        return this;
    }

    /** Too slow for the tests: only in the whole grid. */
    Gate onlyInTheWholeGrid() {
        whole = true;
        return this;
    }

    boolean small() {
        return !whole;
    }

    String group() {
        return group;
    }

    Outcome measure(long... seeds) {
        List<Result> results = LongStream.of(seeds).mapToObj(run).toList();
        boolean met = true;
        List<String> says = new ArrayList<>();
        for (Bound bound : bounds) {
            double measured = bound.of(results.stream()
                    .mapToDouble(result -> value(bound.measure, result))
                    .toArray());
            met &= bound.met(measured);
            says.add(bound.says(measured));
        }
        return new Outcome(this, met, says.stream().collect(Collectors.joining(", ")));
    }

    private double value(Measure measure, Result result) {
        return switch (measure) {
            case REFUSED -> result.refused();
            case REFUSED_PERCENT -> 100 * result.refusedShare();
            case REFUSED_PER_SUCCESS -> result.refusedPerSuccess();
            case TIMES_LEAST -> result.seconds() / (least + network.roundTrip());
            case SECONDS -> result.seconds();
            case GOODPUT -> 100 * result.goodput();
            case P99 -> result.p99();
            case FAILED -> result.failed();
        };
    }

    @Override
    public String toString() {
        return group + ": " + name;
    }
}
