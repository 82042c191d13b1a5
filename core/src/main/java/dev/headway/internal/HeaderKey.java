package dev.headway.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headway.spi.RequestFacts;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tells calls apart by header fields: a hash of their values, which may be secret. So no value is remembered, not even the
 * last one, and each call pays for its hash.
 */
public final class HeaderKey {

    /** RFC 9110 section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final int BYTES = 16;

    private final List<String> names;

    /**
     * Of these fields.
     *
     * @param names at least one, in any case
     */
    public HeaderKey(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("Name at least one header field.");
        }
        this.names = Stream.of(names).map(HeaderKey::checked).distinct().toList();
    }

    private static String checked(String name) {
        if (!TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("No header field can be called \"" + name + "\".");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the key of a request.
     *
     * @param request the request
     * @return {@code name=hash} for each field that it has; empty without any
     */
    public String of(RequestFacts request) {
        StringBuilder key = new StringBuilder();
        for (String name : names) {
            List<String> values = request.headers(name);
            if (!values.isEmpty()) {
                key.append(key.isEmpty() ? "" : " ").append(name).append('=').append(hash(values));
            }
        }
        return key.toString();
    }

    private static String hash(List<String> values) {
        // No value has a line break (RFC 9110 section 5.5), and blanks around it are none of it, but not every client
        // takes them off.
        String lines = values.stream().map(String::strip).collect(Collectors.joining("\n"));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(UTF_8));
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
