package dev.headway.opentelemetry;

import dev.headway.HeadwayListener.CallInfo;
import io.opentelemetry.api.trace.Span;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The span in which each call has begun to wait, as long as the call lives. By identity: two calls may say the same of themselves. */
final class Waiting {

    private final ConcurrentHashMap<Key, Span> spans = new ConcurrentHashMap<>();
    private final ReferenceQueue<CallInfo> gone = new ReferenceQueue<>();

    private static final class Key extends WeakReference<CallInfo> {

        private final int hash;

        Key(CallInfo call, @Nullable ReferenceQueue<CallInfo> gone) {
            super(call, gone);
            hash = System.identityHashCode(call);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other || (other instanceof Key key && get() != null && key.refersTo(get()));
        }
    }

    void begins(CallInfo call) {
        for (Object key = gone.poll(); key != null; key = gone.poll()) {
            spans.remove(key);
        }
        if (!spans.containsKey(new Key(call, null))) {
            spans.put(new Key(call, gone), Span.current());
        }
    }

    Span of(CallInfo call) {
        Span known = spans.isEmpty() ? null : spans.get(new Key(call, null));
        return known != null ? known : Span.current();
    }

    void ends(CallInfo call) {
        spans.remove(new Key(call, null));
    }
}
