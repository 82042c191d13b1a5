package dev.headway;

import dev.headway.spi.RequestFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request for tests: {@code Asked.of("GET /users/1").with("X-Api-Key", "a")}.
 *
 * @param method its method
 * @param path its path, as sent
 * @param fields its header fields: name, value, name, value
 */
public record Asked(String method, String path, List<String> fields) implements RequestFacts {

    /** Where all of them go. */
    public static final String ORIGIN = "https://api.example.com:443";

    public static Asked of(String methodAndPath) {
        int blank = methodAndPath.indexOf(' ');
        return new Asked(methodAndPath.substring(0, blank), methodAndPath.substring(blank + 1), List.of());
    }

    public Asked with(String name, String value) {
        List<String> more = new ArrayList<>(fields);
        more.add(name);
        more.add(value);
        return new Asked(method, path, more);
    }

    @Override
    public String url() {
        return "https://api.example.com" + path;
    }

    @Override
    public Scope scope() {
        return Scope.of(ORIGIN);
    }

    @Override
    public boolean replayable() {
        return true;
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                values.add(fields.get(i + 1));
            }
        }
        return values;
    }

    @Override
    public @Nullable RetryPolicy policy() {
        return null;
    }

    @Override
    public OptionalLong timeLeftNanos() {
        return OptionalLong.empty();
    }
}
