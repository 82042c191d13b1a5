package dev.headway.redis;

import java.util.List;

/**
 * The numbers that are asked for.
 *
 * @param units how many
 * @param dear the calls among them that take more than one
 */
record Wanted(long units, List<Dear> dear) {

    /**
     * A call that takes more than one number.
     *
     * @param call that they were for; another of the same cost may take them
     * @param place how many units stand before it
     */
    record Dear(RedisPermit call, long place) {}

    /** What the first call takes. */
    int firstCost() {
        return !dear.isEmpty() && dear.get(0).place() == 0 ? dear.get(0).call().cost : 1;
    }
}
