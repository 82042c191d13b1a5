package dev.headway;

/**
 * What a server is known to allow. Describes; a {@link RateLimiter} keeps it. Several limits hold together: all must pass.
 */
public sealed interface Limit permits TokenBucket, Quota, Concurrency {}
