package dev.headway.benchmarks.client;

/** One way to make one call; a peer is one small class in {@link Variants}. */
public interface Variant {
    /** Makes the call, reads the whole body and gives the status. */
    int call() throws Exception;
}
