package dev.headway.internal.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class ContentCodingsTest {

    private static final byte[] CONTENT =
            "{\"code\":\"TooManyRequests\",\"message\":\"slow down\"}".getBytes(StandardCharsets.UTF_8);

    @Test
    void eachCodingIsUndone() throws IOException {
        assertThat(ContentCodings.undo(CONTENT, "")).isEqualTo(CONTENT);
        assertThat(ContentCodings.undo(CONTENT, "identity")).isEqualTo(CONTENT);
        assertThat(ContentCodings.undo(Answer.gzip(CONTENT), "gzip")).isEqualTo(CONTENT);
        assertThat(ContentCodings.undo(Answer.gzip(CONTENT), " X-GZip ")).isEqualTo(CONTENT);
        assertThat(ContentCodings.undo(deflate(CONTENT, false), "deflate")).isEqualTo(CONTENT);
        assertThat(ContentCodings.undo(deflate(CONTENT, true), "deflate")).isEqualTo(CONTENT);
    }

    @Test
    void severalAreUndoneFromTheLastToTheFirst() throws IOException {
        byte[] twice = deflate(Answer.gzip(CONTENT), false);

        assertThat(ContentCodings.undo(twice, "gzip, identity,deflate")).isEqualTo(CONTENT);
        assertThat(ContentCodings.undo(twice, "deflate, gzip")).isEmpty();
    }

    @Test
    void anUnknownOneYieldsNothing() {
        assertThat(ContentCodings.undo(CONTENT, "br")).isEmpty();
        assertThat(ContentCodings.undo(CONTENT, "gzip")).isEmpty();
        assertThat(ContentCodings.undo(new byte[0], "gzip")).isEmpty();
        assertThat(ContentCodings.undo(new byte[0], "deflate")).isEmpty();
    }

    @Test
    void gzipMayHaveSeveralMembersAndMoreInItsHeader() {
        byte[] plain = Answer.gzip(CONTENT);
        byte[] more = {0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 0, 2, 0, 'x', 'y', 'n', 'a', 'm', 'e', 0, 'c', 0, 1, 2
        };
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.write(more, 0, more.length);
        members.write(plain, 10, plain.length - 10);
        members.writeBytes(plain);
        members.write('x');

        assertThat(new String(ContentCodings.undo(members.toByteArray(), "gzip"), StandardCharsets.UTF_8))
                .isEqualTo(new String(CONTENT, StandardCharsets.UTF_8).repeat(2));
        for (int length = 0; length < more.length; length++) {
            assertThat(ContentCodings.undo(Arrays.copyOf(more, length), "gzip")).isEmpty();
        }
    }

    @Test
    void whatWasCutOffYieldsWhatCameBefore() throws IOException {
        byte[] text = new byte[40_000];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) ((i * i) >>> 5);
        }
        byte[] whole = Answer.gzip(text);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        byte[] read = ContentCodings.undo(half, "gzip");

        assertThat(read.length).isGreaterThan(1000);
        assertThat(read).isEqualTo(Arrays.copyOf(text, read.length));
    }

    @Test
    void aBombIsCutOff() throws IOException {
        byte[] zeros = new byte[50_000_000];

        assertThat(ContentCodings.undo(Answer.gzip(zeros), "gzip")).hasSize(Signal.Response.MAX_BODY_START);
        assertThat(ContentCodings.undo(deflate(Answer.gzip(zeros), false), "gzip,deflate"))
                .hasSizeLessThanOrEqualTo(Signal.Response.MAX_BODY_START);
    }

    private static byte[] deflate(byte[] content, boolean raw) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
        try (DeflaterOutputStream stream = new DeflaterOutputStream(out, deflater)) {
            stream.write(content);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }
}
