package dev.headway.okhttp;

import dev.headway.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a body, read into the buffer of its own source, from which the caller then reads it: nothing is consumed. As
 * OkHttp can not stop waiting without giving the stream up, a body that drips is read for {@link #ENOUGH}, and one that is silent
 * is waited for: not for long where its response will most likely make way for another attempt, as long as the client does by
 * itself where the caller probably gets it, and without a bound of ours where it is no error. What is given up fails for the caller,
 * after the bytes that have come.
 */
final class BodyStart {

    private static final BodyStart NONE = new BodyStart(new Buffer(), null);

    /** After that no more is asked for. */
    private static final long ENOUGH = TimeUnit.SECONDS.toNanos(1);

    /** After that a body that does not come is no reason to delay the next attempt. */
    private static final long LET_GO = 2 * ENOUGH;

    /** As long as OkHttp itself waits for a server that is silent, unless told otherwise. */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(10);

    private final Buffer bytes;
    private final @Nullable IOException failure;

    private BodyStart(Buffer bytes, @Nullable IOException failure) {
        this.bytes = bytes;
        this.failure = failure;
    }

    /**
     * Reads it, on the calling thread.
     *
     * @param response of which nobody has read the body
     * @param letGo whether it will most likely be let go of
     */
    static BodyStart of(Response response, boolean letGo) {
        try {
            BufferedSource source = response.body().source();
            IOException failure = fill(source, atMost(response, letGo));
            Buffer copy = new Buffer();
            source.getBuffer().copyTo(copy, 0, Math.min(source.getBuffer().size(), Signal.Response.MAX_BODY_START));
            return new BodyStart(copy, failure);
        } catch (RuntimeException unreadable) {
            // Of a switch of protocols, or made or closed by an interceptor of the user's.
            return NONE;
        }
    }

    private static long atMost(Response response, boolean letGo) {
        if (response.isSuccessful()) {
            return Long.MAX_VALUE;
        }
        return letGo ? LET_GO : LONGEST;
    }

    private static @Nullable IOException fill(BufferedSource source, long atMost) {
        Timeout timeout = source.timeout();
        boolean limited = timeout.hasDeadline();
        long own = limited ? timeout.deadlineNanoTime() : 0;
        long began = OkioClock.nanoTime();
        if (atMost != Long.MAX_VALUE) {
            timeout.deadlineNanoTime(began + (limited ? Math.min(own - began, atMost) : atMost));
        }
        try {
            Buffer buffer = source.getBuffer();
            boolean more = true;
            while (more && buffer.size() < Signal.Response.MAX_BODY_START && OkioClock.nanoTime() - began < ENOUGH) {
                more = source.request(buffer.size() + 1);
            }
            return null;
        } catch (IOException e) {
            return e;
        } finally {
            // The connection's, which may serve another call.
            if (limited) {
                timeout.deadlineNanoTime(own);
            } else {
                timeout.clearDeadline();
            }
        }
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes.snapshot().toByteArray());
    }

    /** The response for its caller: a body that broke here breaks there, after the same bytes and with the same exception. */
    Response handedOver(Response response) {
        return failure == null
                ? response
                : response.newBuilder()
                        .body(new Broken(response.body(), failure))
                        .build();
    }

    /**
     * A stream that has failed does not fail again for certain: one over TLS whose end only a closed connection tells may look
     * as if it had ended well.
     */
    private static final class Broken extends ResponseBody {

        private final ResponseBody body;
        private final BufferedSource source;

        Broken(ResponseBody body, IOException failure) {
            this.body = body;
            Buffer come = body.source().getBuffer();
            this.source = Okio.buffer(new ForwardingSource(body.source()) {
                @Override
                public long read(Buffer sink, long byteCount) throws IOException {
                    if (come.exhausted()) {
                        throw failure;
                    }
                    return come.read(sink, byteCount);
                }
            });
        }

        @Override
        public @Nullable MediaType contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() {
            return body.contentLength();
        }

        @Override
        public BufferedSource source() {
            return source;
        }
    }
}
