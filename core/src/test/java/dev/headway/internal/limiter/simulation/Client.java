package dev.headway.internal.limiter.simulation;

import java.util.random.RandomGenerator;

/** When what is due in a client's process happens there. Asked in the order of time. */
class Client {

    /** At once. */
    static final Client STEADY = new Client();

    private Client() {}

    /** What is due now happens so much later. */
    long stands(long now) {
        return 0;
    }

    /** A request that is to leave now leaves so much later. */
    long leaves(long now) {
        return 0;
    }

    /**
     * A process that has just begun: its first 5 to 18 requests leave one by one, within 100 to 400 ms, since the first to need a
     * class loads it and the others wait.
     */
    static Client cold(RandomGenerator random) {
        return new Client() {
            private int left = random.nextInt(5, 19);
            private final long each = random.nextLong(100_000_000, 400_000_000) / left;
            private long free;

            @Override
            long leaves(long now) {
                if (left == 0) {
                    return 0;
                }
                left--;
                free = Math.max(now, free) + (long) (each * random.nextDouble(0.5, 1.5));
                return free - now;
            }
        };
    }

    /** The same, and all of it stands still for 5 to 30 ms about once a second, as while a collector runs. */
    static Client coldAndBusy(RandomGenerator random) {
        Client cold = cold(random);
        return new Client() {
            private long begin;
            private long end;

            @Override
            long stands(long now) {
                while (now >= end) {
                    begin = end + random.nextLong(200_000_000, 1_800_000_000);
                    end = begin + random.nextLong(5_000_000, 30_000_000);
                }
                return now < begin ? 0 : end - now;
            }

            @Override
            long leaves(long now) {
                return cold.leaves(now);
            }
        };
    }
}
