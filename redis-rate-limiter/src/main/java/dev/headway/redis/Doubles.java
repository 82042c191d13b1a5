package dev.headway.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as the script reads and writes them: all in one string, which the engine takes in at once. */
final class Doubles {

    private final ByteBuffer buffer;

    /**
     * For so many.
     *
     * @param size how many
     */
    Doubles(int size) {
        buffer = ByteBuffer.allocate(Double.BYTES * size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Those of the engine.
     *
     * @param bytes as they came
     */
    Doubles(byte[] bytes) {
        buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    void add(double number) {
        buffer.putDouble(number);
    }

    /** All are whole, and less than 2^53. */
    void add(long number) {
        buffer.putDouble((double) number);
    }

    byte[] bytes() {
        return buffer.array();
    }

    /** The next, which is whole. */
    long next() {
        return (long) buffer.getDouble();
    }
}
