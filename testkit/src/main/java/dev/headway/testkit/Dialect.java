package dev.headway.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which fields an answer has that tells of a quota. */
record Dialect(HeaderLines headers, RetryAfter retryAfter, Duration window) {

    Map<String, String> of(Verdict verdict, Instant now) {
        Map<String, String> fields = new LinkedHashMap<>(headers.of(verdict, window, now));
        if (!verdict.accepted()) {
            fields.putAll(retryAfter.of(verdict, now));
        }
        return fields;
    }
}
