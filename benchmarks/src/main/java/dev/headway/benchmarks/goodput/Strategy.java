package dev.headway.benchmarks.goodput;

/** One way to get a call through a rate limit. Opened once a run, called from all of the run's threads. */
public interface Strategy extends AutoCloseable {
    /** Makes one logical call, with whatever waiting and retrying it does; gives the final status or throws. */
    int call() throws Exception;

    @Override
    default void close() throws Exception {}

    /** Opens the strategy for one run. */
    interface Factory {
        Strategy open(Run run) throws Exception;
    }
}
