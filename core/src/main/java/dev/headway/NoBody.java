package dev.headway;

import java.nio.ByteBuffer;

/** The beginning of a body that nobody looks at: one for all responses, so that asking costs no allocation. */
final class NoBody {

    static final ByteBuffer START = ByteBuffer.allocate(0);

    private NoBody() {}
}
