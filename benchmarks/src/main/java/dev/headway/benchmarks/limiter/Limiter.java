package dev.headway.benchmarks.limiter;

/** What every limiter under test is reduced to. One small class per peer in {@link Limiters}. */
public interface Limiter {
    /** Takes one permit if it is there now; never waits. */
    boolean tryAcquire();

    /** Takes one permit in any case and says how long to wait for it, in nanoseconds. */
    default long reserve() {
        throw new UnsupportedOperationException();
    }

    /** The object whose memory is the cost of one key. */
    Object root();
}
