package dev.headway.internal.limiter.simulation;

/**
 * What a run came to.
 *
 * @param accepted how many requests the server took, after the warm-up
 * @param refused how many it refused, after the warm-up
 * @param seconds when the last answer came
 * @param goodput accepted, as a share of what the server allows
 * @param p99 the 99th percentile of the time from call to answer, in seconds
 * @param mostAttempts of one call
 * @param failed how many calls needed more attempts than the standard policy allows
 * @param acceptedAt when the server took them, warm-up included
 * @param refusedAt when it refused them
 * @param sentAt when requests left
 */
record Result(
        int accepted,
        int refused,
        double seconds,
        double goodput,
        double p99,
        int mostAttempts,
        int failed,
        Times acceptedAt,
        Times refusedAt,
        Times sentAt) {

    double refusedShare() {
        return refused / (double) Math.max(1, accepted + refused);
    }

    double refusedPerSuccess() {
        return refused / (double) Math.max(1, accepted);
    }
}
