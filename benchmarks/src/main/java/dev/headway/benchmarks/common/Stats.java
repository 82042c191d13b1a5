package dev.headway.benchmarks.common;

import java.util.Arrays;
import java.util.Collection;

/** Order statistics over plain numbers. */
public final class Stats {
    private Stats() {}

    public static double median(Collection<Double> v) {
        return quantile(v.stream().mapToDouble(Double::doubleValue).toArray(), 0.5);
    }

    /** Linear interpolation between the two nearest ranks; NaN of nothing. */
    public static double quantile(double[] values, double q) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] s = values.clone();
        Arrays.sort(s);
        double at = q * (s.length - 1);
        int lo = (int) Math.floor(at);
        int hi = (int) Math.ceil(at);
        return s[lo] + (s[hi] - s[lo]) * (at - lo);
    }

    public static double min(Collection<Double> v) {
        return v.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    public static double max(Collection<Double> v) {
        return v.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }
}
