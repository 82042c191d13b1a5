package dev.headway.redis;

import dev.headway.LimitHint;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sizes of the limits that answers of this process have named. Under the lock of the scope. */
final class LearnedSizes {

    private static final int MOST = 8;

    private final Map<WindowName, Long> sizes = new HashMap<>();

    /** Whether the answer names another size than was known. */
    boolean isNews(LimitHint limit) {
        Long size = limit.limit();
        WindowName name = WindowName.of(limit);
        if (size == null || (sizes.size() >= MOST && !sizes.containsKey(name))) {
            return false;
        }
        return !size.equals(sizes.put(name, size));
    }

    /** Null where only other processes know it, or none. */
    @Nullable Long of(WindowName name) {
        return sizes.get(name);
    }

    Iterable<WindowName> names() {
        return sizes.keySet();
    }
}
