package dev.headway.internal.hints;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The moment of the response by the clock that its dates were written with: its own {@code Date} field. Only where there is
 * none that can be read, the local clock; asked once, and only if a date needs it.
 */
final class ServerClock implements InstantSource {

    private final @Nullable String date;
    private final InstantSource local;
    private @Nullable Instant now;

    ServerClock(@Nullable String date, InstantSource local) {
        this.date = date;
        this.local = local;
    }

    @Override
    public Instant instant() {
        Instant known = now;
        if (known == null) {
            known = date != null ? HttpDate.parse(date, local) : null;
            if (known == null) {
                known = local.instant();
            }
            now = known;
        }
        return known;
    }
}
