package dev.headway.internal.bodies;

import dev.headway.RateLimitHint;
import dev.headway.Signal;
import dev.headway.internal.hints.StandardHintParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;

/** A response with a body for tests. */
final class Answer implements Signal.Response {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private final int status;
    private final List<String> fields;
    private final byte[] body;

    Answer(int status, List<String> fields, byte[] body) {
        this.status = status;
        this.fields = fields;
        this.body = body;
    }

    static Answer of(int status, String body, String... fields) {
        return new Answer(status, List.of(fields), body.getBytes(StandardCharsets.UTF_8));
    }

    Answer with(byte[] otherBody, String... more) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(List.of(more));
        return new Answer(status, all, otherBody);
    }

    Answer gzipped() {
        return with(gzip(body), "Content-Encoding", "gzip");
    }

    Answer with(String... more) {
        return with(body, more);
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    RateLimitHint hint() {
        return StandardHintParser.INSTANCE.parse(this, CLOCK);
    }

    /** What the table says of it. */
    ErrorHint error(ErrorReader reader) {
        return reader.read(status, null, this, bodyStart(), CLOCK);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public ByteBuffer bodyStart() {
        return ByteBuffer.wrap(body, 0, Math.min(body.length, MAX_BODY_START));
    }

    @Override
    public boolean anyName(Predicate<? super String> test) {
        for (int i = 0; i < fields.size(); i += 2) {
            if (test.test(fields.get(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        for (int i = 0; i < fields.size(); i += 2) {
            visitor.accept(fields.get(i), fields.get(i + 1));
        }
    }

    @Override
    public String toString() {
        return status + " " + fields + " " + new String(body, StandardCharsets.ISO_8859_1);
    }
}
