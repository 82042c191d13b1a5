package dev.headway.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as the script reads and writes them: all in one string, which the engine takes in at once. */
final class Doubles {

    private final double[] numbers;
    private int at;

    /**
     * For so many.
     *
     * @param size how many
     */
    Doubles(int size) {
        numbers = new double[size];
    }

    /**
     * Those of the engine.
     *
     * @param bytes as they came
     */
    Doubles(byte[] bytes) {
        numbers = new double[bytes.length / Double.BYTES];
        // All at once: number by number a process that has just begun takes long.
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(numbers);
    }

    void add(double number) {
        numbers[at++] = number;
    }

    /** All are whole, and less than 2^53. */
    void add(long number) {
        numbers[at++] = (double) number;
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(numbers);
        return bytes.array();
    }

    /** The next, which is whole. */
    long next() {
        return (long) numbers[at++];
    }
}
