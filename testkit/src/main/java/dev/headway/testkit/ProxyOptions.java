package dev.headway.testkit;

import dev.headway.TokenBucket;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The command line of a {@link FaultProxy}. */
final class ProxyOptions {

    static final String USAGE = """
            java -cp ... dev.headway.testkit.FaultProxy --to http://host:port [options]
              --listen 8081          port, or address:port; without an address the loopback address
              --rate 10/s            refuses with 429 what is more than that many a s, m or h
              --burst 20             how many of them may come at once; else 1
              --counting leaky_bucket   holds requests until their turn as nginx does; else token_bucket
              --headers github       how answers tell the rate: a constant of RateLimitHeaders
              --script 429:2s,ok*3,reset-after   what happens to each request, then nothing; see Fault
              --random 0.1:503,reset-before      happens to such a share of all requests, instead of a script
              --seed 7               makes the same random numbers again""";

    private static final Set<String> NAMES = Set.of(
            "--to", "--listen", "--rate", "--burst", "--counting", "--headers", "--script", "--random", "--seed");

    private ProxyOptions() {}

    /** Throws an {@link IllegalArgumentException} that tells what can not be understood. */
    static FaultProxy.Builder parse(List<String> arguments) {
        Map<String, String> options = options(arguments);
        String to = options.get("--to");
        if (to == null) {
            throw new IllegalArgumentException("--to is needed");
        }
        FaultProxy.Builder proxy = FaultProxy.builder().to(URI.create(to)).faults(faults(options));
        listen(proxy, options.getOrDefault("--listen", "0"));
        String rate = options.get("--rate");
        if (rate != null) {
            proxy.limit(rate(rate).burst(number(options.getOrDefault("--burst", "1"))));
        }
        if (options.containsKey("--counting")) {
            proxy.counting(Counting.valueOf(constant(options.getOrDefault("--counting", ""))));
        }
        if (options.containsKey("--headers")) {
            proxy.headers(RateLimitHeaders.valueOf(constant(options.getOrDefault("--headers", ""))));
        }
        return proxy;
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            String name = arguments.get(i);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("No option of that name: " + name);
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            options.put(name, arguments.get(i + 1));
        }
        return options;
    }

    private static Supplier<Fault> faults(Map<String, String> options) {
        String random = options.get("--random");
        String script = options.get("--script");
        if (random == null) {
            return script == null ? Fault.script() : Fault.script(script);
        }
        int colon = random.indexOf(':');
        if (script != null || colon < 0) {
            throw new IllegalArgumentException("Either --script, or --random share:fault,fault");
        }
        Fault[] faults = Arrays.stream(random.substring(colon + 1).split(",", -1))
                .map(Fault::parse)
                .toArray(Fault[]::new);
        return Fault.random(
                number(options.getOrDefault("--seed", "0")), Double.parseDouble(random.substring(0, colon)), faults);
    }

    private static void listen(FaultProxy.Builder proxy, String listen) {
        int colon = listen.lastIndexOf(':');
        try {
            InetAddress address =
                    colon < 0 ? InetAddress.getLoopbackAddress() : InetAddress.getByName(listen.substring(0, colon));
            proxy.listen(address, Math.toIntExact(number(listen.substring(colon + 1))));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("No address: " + listen, e);
        }
    }

    private static TokenBucket rate(String rate) {
        int slash = rate.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("No rate such as 10/s: " + rate);
        }
        Duration period = Lengths.parse("1" + rate.substring(slash + 1));
        return TokenBucket.of(number(rate.substring(0, slash)), period);
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("No number: " + digits, e);
        }
    }

    private static String constant(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
