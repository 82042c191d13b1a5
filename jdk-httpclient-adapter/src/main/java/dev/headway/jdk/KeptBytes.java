package dev.headway.jdk;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A copy of what a request body gave when it was first asked. It serves only once it is whole; one that is too long, or cut off, is
 * dropped and never serves. Thread-safe: the client fills it, whoever decides on another attempt reads it.
 */
final class KeptBytes {

    /**
     * Nearly every body that a program sends to an API is shorter, while a thousand calls that wait hold 256 MB at most. What is
     * longer is often read from somewhere so as not to be in memory at all.
     */
    static final int MAX = 256 * 1024;

    private static final byte[] NONE = {};

    private enum State {
        COPYING,
        WHOLE,
        GONE
    }

    private final long declared;
    private final int most;

    // Guarded by this.
    private State state = State.COPYING;
    private byte[] bytes = NONE;
    private int size;

    private KeptBytes(long declared) {
        this.declared = declared;
        this.most = declared < 0 ? MAX : (int) declared;
    }

    /** Returns a place for a body of that length, negative if unknown; null if it is known to be too long. */
    static @Nullable KeptBytes of(long declared) {
        return declared > MAX ? null : new KeptBytes(declared);
    }

    /** Copies what is left of a buffer, and leaves the buffer as it is. */
    synchronized void add(ByteBuffer item) {
        if (state != State.COPYING) {
            return;
        }
        int more = item.remaining();
        if (more > most - size) {
            drop();
            return;
        }
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.min(most, Math.max(size + more, 2 * bytes.length)));
        }
        item.duplicate().get(bytes, size, more);
        size += more;
    }

    /** The body has come to its end. */
    synchronized void complete() {
        if (state != State.COPYING) {
            return;
        }
        if (declared < 0 || declared == size) {
            state = State.WHOLE;
        } else {
            drop();
        }
    }

    /** What is not whole now never will be: nobody waits for it. */
    synchronized void cut() {
        if (state == State.COPYING) {
            drop();
        }
    }

    /** Lets go of the bytes. */
    synchronized void drop() {
        state = State.GONE;
        bytes = NONE;
    }

    /** Whether it is whole, or may still become so. */
    synchronized boolean promising() {
        return state != State.GONE;
    }

    /** The bytes, from the client's own publisher, which minds the demand; null unless they are all there. */
    synchronized @Nullable BodyPublisher publisher() {
        return state == State.WHOLE ? BodyPublishers.ofByteArray(bytes, 0, size) : null;
    }
}
