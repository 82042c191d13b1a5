package dev.headway;

import java.util.random.RandomGenerator;

/** A source of jitter that always says the same, for tests. */
record Fixed(double value) implements RandomGenerator {

    static final Fixed LOWEST = new Fixed(0);

    static final Fixed MIDDLE = new Fixed(0.5);

    /** The largest double that a generator may give. */
    static final Fixed HIGHEST = new Fixed(Math.nextDown(1.0));

    @Override
    public double nextDouble() {
        return value;
    }

    @Override
    public long nextLong() {
        throw new UnsupportedOperationException("Only doubles are asked for");
    }
}
