package dev.headway.testkit;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** Writes each byte alone, after a pause. */
final class Dripping extends FilterOutputStream {

    private final Pauses pauses;
    private final long nanos;

    Dripping(OutputStream out, Pauses pauses, long nanos) {
        super(out);
        this.pauses = pauses;
        this.nanos = nanos;
    }

    @Override
    public void write(int each) throws IOException {
        try {
            pauses.pause(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        out.write(each);
        out.flush();
    }
}
