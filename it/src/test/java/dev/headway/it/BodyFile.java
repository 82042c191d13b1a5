package dev.headway.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Files to send. */
final class BodyFile {

    private BodyFile() {}

    static java.nio.file.Path of(String text) {
        try {
            java.nio.file.Path file = Files.createTempFile("body", ".txt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
