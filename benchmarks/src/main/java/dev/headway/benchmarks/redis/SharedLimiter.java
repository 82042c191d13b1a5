package dev.headway.benchmarks.redis;

/** A limiter whose state is in Redis. One small class for each in {@link SharedLimiters}. */
public interface SharedLimiter extends AutoCloseable {
    /** Takes one permit: if it is there now, or else after waiting for it, as is usual for the limiter. */
    boolean acquire() throws Exception;

    @Override
    default void close() throws Exception {}
}
