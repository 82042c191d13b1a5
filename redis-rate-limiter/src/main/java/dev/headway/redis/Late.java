package dev.headway.redis;

/**
 * Calls that have come to the server later than they went.
 *
 * @param units what they took
 * @param wentAt when the last of them went
 * @param cameAt from when they count: when the last of them may have come, less the jitter that their quota has room for
 * @param tellBy until when the engine should know
 */
record Late(long units, long wentAt, long cameAt, long tellBy) {

    Late and(Late others) {
        return new Late(
                units + others.units,
                Math.max(wentAt, others.wentAt),
                Math.max(cameAt, others.cameAt),
                Math.min(tellBy, others.tellBy));
    }
}
