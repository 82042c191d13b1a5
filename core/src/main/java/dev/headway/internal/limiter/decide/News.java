package dev.headway.internal.limiter.decide;

import dev.headway.LimitHint;

/** Who hears what the answers of a scope have brought. */
public interface News {

    /** A limit is known that was not, or was another. */
    void learned(LimitHint limit);

    /** Nothing goes before that time. */
    void paused(long until, long now);
}
