package dev.headway.samples;

import dev.headway.TokenBucket;
import dev.headway.testkit.RateLimitedApi;
import java.net.URI;

/** What a sample does with an API. */
@FunctionalInterface
interface Sample {

    /** What the API of the samples allows: 50 requests a second, 40 at once. */
    TokenBucket ALLOWED = TokenBucket.perSecond(50).burst(40);

    /**
     * Makes some calls.
     *
     * @param api where; ends with a slash
     */
    Tally run(URI api) throws Exception;

    /**
     * Runs a sample and prints what came of it.
     *
     * @param arguments the address of an API; none for one that is started for the occasion
     */
    static void run(Sample sample, String... arguments) throws Exception {
        if (arguments.length > 0) {
            System.out.println(sample.run(URI.create(arguments[0])).table());
            return;
        }
        try (RateLimitedApi own = RateLimitedApi.builder().limit(ALLOWED).start()) {
            System.out.println(sample.run(own.url("/")).table());
        }
    }
}
