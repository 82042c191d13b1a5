package dev.headway.spi;

import dev.headway.HintParser;
import dev.headway.RateLimitHint;
import dev.headway.Scope;
import dev.headway.Signal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A response that says of limits what the test says, and of nothing else anything. */
record HintedAnswer(
        int status, RateLimitHint hint, @Nullable Scope scope) implements Signal.Response {

    /** Reads it. */
    static final HintParser PARSER = new HintParser() {
        @Override
        public RateLimitHint parse(Signal.Response response, InstantSource clock) {
            return ((HintedAnswer) response).hint;
        }
    };

    /** About a part or the whole; a refusal asks for a pause. */
    static HintedAnswer of(int status, @Nullable String part, boolean whole, Duration pause, @Nullable Scope answered) {
        RateLimitHint.Builder hint = RateLimitHint.builder().whole(whole);
        if (part != null) {
            hint.partition(part);
        }
        if (status == 429) {
            hint.retryAfter(pause);
        }
        return new HintedAnswer(status, hint.build(), answered);
    }

    @Override
    public boolean anyName(Predicate<? super String> test) {
        return false;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {}
}
