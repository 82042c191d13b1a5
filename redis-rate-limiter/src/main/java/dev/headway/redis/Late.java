package dev.headway.redis;

import org.jspecify.annotations.Nullable;

/**
 * Calls that have come to the server later than they went.
 *
 * @param units what they took
 * @param wentAt when the last of them went
 * @param cameAt from when they count: when the last of them may have come, less the jitter that their quota has room for
 */
record Late(long units, long wentAt, long cameAt) {

    Late and(@Nullable Late others) {
        return others == null
                ? this
                : new Late(units + others.units, Math.max(wentAt, others.wentAt), Math.max(cameAt, others.cameAt));
    }

    /** What is left without some of them. */
    @Nullable Late less(@Nullable Late others) {
        if (others == null) {
            return this;
        }
        return others.units >= units ? null : new Late(units - others.units, wentAt, cameAt);
    }
}
