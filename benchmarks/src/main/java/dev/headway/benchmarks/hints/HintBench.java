package dev.headway.benchmarks.hints;

import dev.headway.HintParser;
import dev.headway.RateLimitHint;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read the header fields of a response. As from a network, every response has strings of its own, so that
 * none is found by its address. The baseline of both is what a caller writes by hand: a look-up of each name it knows.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(4)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class HintBench {

    private static final int RESPONSES = 64;

    /** {@code plain}: 20 fields, none of a limit. {@code github}: 20 fields, five of them of the limit. */
    @Param({"plain", "github"})
    public String fields;

    private final HintParser parser = HintParser.standard();
    private final Clock clock = Clock.systemUTC();
    private final Fields[] responses = new Fields[RESPONSES];
    private int next;

    @Setup
    public void receive() {
        for (int i = 0; i < RESPONSES; i++) {
            responses[i] = fields.equals("plain") ? Fields.plain() : Fields.ofGitHub(i);
        }
    }

    private Fields response() {
        next = (next + 1) & (RESPONSES - 1);
        return responses[next];
    }

    @Benchmark
    public RateLimitHint headway() {
        return parser.parse(response(), clock);
    }

    @Benchmark
    public long byHand() {
        Fields response = response();
        String retryAfter = response.get("Retry-After");
        long wait = retryAfter != null ? Long.parseLong(retryAfter) : 0;
        String remaining = response.get("X-RateLimit-Remaining");
        if (remaining == null) {
            return wait;
        }
        String limit = response.get("X-RateLimit-Limit");
        String reset = response.get("X-RateLimit-Reset");
        return wait
                + Long.parseLong(remaining)
                + (limit != null ? Long.parseLong(limit) : 0)
                + (reset != null ? Long.parseLong(reset) - clock.millis() / 1000 : 0);
    }
}
