package dev.headway.internal.hints;

import dev.headway.HintParser;
import dev.headway.RateLimitHint;
import dev.headway.ResponseHeaders;
import java.time.InstantSource;

/** Stub. */
public final class StandardHintParser implements HintParser {

    public static final StandardHintParser INSTANCE = new StandardHintParser();

    @Override
    public RateLimitHint parse(int status, ResponseHeaders headers, InstantSource clock) {
        return RateLimitHint.none();
    }
}
