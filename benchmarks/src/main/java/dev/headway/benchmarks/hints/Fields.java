package dev.headway.benchmarks.hints;

import dev.headway.Signal;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** A response whose names and values alternate in an array, as OkHttp keeps them. */
final class Fields implements Signal.Response {

    private static final String[] PLAIN = {
        "date", "Mon, 01 Jul 2013 17:07:53 GMT",
        "content-type", "application/json; charset=utf-8",
        "content-length", "1256",
        "cache-control", "private, max-age=60, s-maxage=60",
        "vary", "Accept, Authorization, Cookie",
        "etag", "W/\"2f95e8c1ef2f6c9f6b6ff0c1f2d6a0e9\"",
        "last-modified", "Mon, 01 Jul 2013 10:00:00 GMT",
        "strict-transport-security", "max-age=31536000; includeSubdomains; preload",
        "x-frame-options", "deny",
        "x-content-type-options", "nosniff",
        "x-xss-protection", "0",
        "referrer-policy", "origin-when-cross-origin, strict-origin-when-cross-origin",
        "content-security-policy", "default-src 'none'",
        "server", "example.com",
        "x-request-id", "C0DE:1234:56789A:BCDEF0:12345678",
        "access-control-allow-origin", "*",
        "accept-ranges", "bytes",
        "connection", "keep-alive",
        "x-cache", "MISS",
        "via", "1.1 varnish",
    };

    private static final String[] GITHUB = {
        "date", "Mon, 01 Jul 2013 17:07:53 GMT",
        "content-type", "application/json; charset=utf-8",
        "cache-control", "private, max-age=60, s-maxage=60",
        "vary", "Accept, Authorization, Cookie, X-GitHub-OTP",
        "etag", "W/\"2f95e8c1ef2f6c9f6b6ff0c1f2d6a0e9\"",
        "x-github-media-type", "github.v3; format=json",
        "x-github-api-version-selected", "2022-11-28",
        "access-control-expose-headers", "ETag, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining",
        "access-control-allow-origin", "*",
        "strict-transport-security", "max-age=31536000; includeSubdomains; preload",
        "x-frame-options", "deny",
        "x-content-type-options", "nosniff",
        "referrer-policy", "origin-when-cross-origin, strict-origin-when-cross-origin",
        "content-security-policy", "default-src 'none'",
        "x-ratelimit-limit", "5000",
        "x-ratelimit-remaining", "4987",
        "x-ratelimit-used", "13",
        "x-ratelimit-reset", "1372700873",
        "x-ratelimit-resource", "core",
        "x-github-request-id", "C0DE:1234:56789A:BCDEF0:12345678",
    };

    private final String[] fields;

    private Fields(String[] fields) {
        this.fields = fields;
    }

    static Fields plain() {
        return new Fields(copy(PLAIN));
    }

    /** With numbers of its own. */
    static Fields ofGitHub(int call) {
        String[] fields = copy(GITHUB);
        fields[31] = Integer.toString(4987 - call);
        fields[33] = Integer.toString(13 + call);
        return new Fields(fields);
    }

    private static String[] copy(String[] texts) {
        String[] copy = new String[texts.length];
        for (int i = 0; i < texts.length; i++) {
            copy[i] = new String(texts[i].toCharArray());
        }
        return copy;
    }

    /** The last field of that name, as clients look it up. */
    String get(String name) {
        for (int i = fields.length - 2; i >= 0; i -= 2) {
            if (name.equalsIgnoreCase(fields[i])) {
                return fields[i + 1];
            }
        }
        return null;
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public boolean anyName(Predicate<? super String> test) {
        for (int i = 0; i < fields.length; i += 2) {
            if (test.test(fields[i])) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        for (int i = 0; i < fields.length; i += 2) {
            visitor.accept(fields[i], fields[i + 1]);
        }
    }
}
