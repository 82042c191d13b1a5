package dev.headway.internal.limiter.simulation;

import java.util.random.RandomGenerator;

/**
 * How long a message takes one way: the base and up to the jitter more; some, when there is a tail, much more.
 *
 * @param base nanoseconds
 * @param jitter nanoseconds
 * @param service what the server needs for an answer, in nanoseconds
 * @param tail the share of messages that are much later
 * @param late by how much these are later, exponentially distributed, in nanoseconds
 */
record Network(long base, long jitter, long service, double tail, double late) {

    /** 15 to 35 ms each way, as in the studies. */
    static final Network TYPICAL = new Network(15_000_000, 20_000_000, 5_000_000, 0, 0);

    static final Network WITH_TAIL = new Network(15_000_000, 20_000_000, 5_000_000, 0.01, 100e6);

    /** About 20 ms there and back. */
    static final Network NEAR = new Network(5_500_000, 4_000_000, 5_000_000, 0, 0);

    /** About 200 ms there and back. */
    static final Network FAR = new Network(87_500_000, 20_000_000, 5_000_000, 0, 0);

    /** A server on the same machine, with some noise. */
    static final Network LOOPBACK = new Network(150_000, 300_000, 300_000, 0, 0);

    /** The same, where others use the processors too. */
    static final Network BUSY_LOOPBACK = new Network(60_000, 60_000, 100_000, 0.01, 1.5e6);

    long oneWay(RandomGenerator random) {
        long more = tail > 0 && random.nextDouble() < tail ? (long) (-late * Math.log(1 - random.nextDouble())) : 0;
        return base + random.nextLong(jitter) + more;
    }

    /** The longest way there and back without the tail, in seconds. */
    double roundTrip() {
        return (2 * (base + jitter) + service) / 1e9;
    }
}
