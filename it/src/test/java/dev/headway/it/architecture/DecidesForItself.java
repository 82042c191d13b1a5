package dev.headway.it.architecture;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** What an adapter must never look like. Breaks every rule, each in a method or field of its own. */
@SuppressWarnings({"unused", "ThreadSleep", "JavaTimeDefaultTimeZone", "TimeInStaticInitializer"})
final class DecidesForItself {

    private static final int KEPT = 429;

    interface Client {
        int send();
    }

    private DecidesForItself() {}

    static boolean compares(int status) {
        return status == 503;
    }

    static boolean comparesText(String status) {
        return status.equals("425");
    }

    static boolean comparesClass(int status) {
        return status / 100 == 5;
    }

    static int switches(int status) {
        return switch (status) {
            case 408 -> 1;
            case 502 -> 2;
            default -> 0;
        };
    }

    static long readsTheClock() {
        return System.nanoTime();
    }

    static LongSupplier refersToTheClock() {
        return System::currentTimeMillis;
    }

    static Instant readsTheWallClock() {
        return Instant.now();
    }

    static Clock hasAClock() {
        return Clock.systemUTC();
    }

    static void sleeps(long millis) throws InterruptedException {
        Thread.sleep(millis);
    }

    static void parks(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
    }

    static double throwsDice() {
        return ThreadLocalRandom.current().nextDouble();
    }

    static int sendsInALoop(Client client, int most) {
        int result = 0;
        for (int attempt = 1; attempt <= most && result == 0; attempt++) {
            result = client.send();
        }
        return result;
    }

    /** Nothing is wrong here. */
    static int sendsOnce(Client client, int most) {
        int sum = 0;
        for (int i = 0; i < most; i++) {
            sum += i;
        }
        return sum + client.send();
    }

    /** Nor here. */
    static void wakes(Thread thread) {
        LockSupport.unpark(thread);
    }
}
