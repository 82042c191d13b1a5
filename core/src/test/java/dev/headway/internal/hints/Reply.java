package dev.headway.internal.hints;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import dev.headway.Signal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** A response for tests: a status, field lines, and the local clock at its receipt. */
record Reply(int status, List<String> fields, String body, InstantSource clock) implements Signal.Response {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** Without a body. */
    Reply(int status, List<String> fields, InstantSource clock) {
        this(status, fields, "", clock);
    }

    /** Names and values alternate; received at {@link #NOW}. */
    static Reply of(int status, String... fields) {
        return new Reply(status, List.of(fields), InstantSource.fixed(NOW));
    }

    Reply with(String... more) {
        List<String> all = new ArrayList<>(fields);
        all.addAll(List.of(more));
        return new Reply(status, all, body, clock);
    }

    RateLimitHint hint() {
        return StandardHintParser.INSTANCE.parse(this, clock);
    }

    boolean has(String name) {
        return anyName(name::equalsIgnoreCase);
    }

    boolean hasReadableDate() {
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase("Date")) {
                return HttpDate.parse(fields.get(i + 1), clock) != null;
            }
        }
        return false;
    }

    /** The only limit. */
    LimitHint limit() {
        List<LimitHint> limits = hint().limits();
        if (limits.size() != 1) {
            throw new AssertionError("Not one limit: " + limits);
        }
        return limits.get(0);
    }

    @Override
    public ByteBuffer bodyStart() {
        return ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
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
}
