package dev.headway.benchmarks.limiter;

import dev.headway.benchmarks.common.Rounds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code RunLimiters OUT.csv}; -Drounds=2 -Dcases=acquire,reserve,none,keyed -Dimpls=a,b */
public final class RunLimiters {
    private RunLimiters() {}

    public static void main(String[] args) throws Exception {
        int rounds = Integer.getInteger("rounds", 2);
        List<String> cases = Arrays.asList(
                System.getProperty("cases", "acquire,reserve,none,keyed").split(","));
        List<String> impls = Arrays.asList(
                System.getProperty("impls", String.join(",", Limiters.ALL)).split(","));
        List<String> reservers = impls.stream()
                .filter(i -> !i.equals("guava") && !i.equals("headway") && !i.equals("r4j-semaphore"))
                .collect(Collectors.toList());
        List<String> limiting =
                impls.stream().filter(i -> !i.equals("floor-nanotime")).collect(Collectors.toList());
        List<String> keyed = limiting.stream()
                .filter(i -> !i.equals("r4j-semaphore") && !i.contains("sync"))
                .collect(Collectors.toList());
        Rounds r = new Rounds();
        for (int round = 0; round < rounds; round++) {
            for (int threads : new int[] {1, 2, 8}) {
                if (cases.contains("acquire")) {
                    r.grid(
                            "tryAcquire granted",
                            "LimiterBench.tryAcquire",
                            impls,
                            threads,
                            Map.of("supply", "PLENTY"),
                            2,
                            300);
                }
                if (cases.contains("reserve") && threads < 8) {
                    r.grid("reserve", "LimiterBench.reserve", reservers, threads, Map.of("supply", "PLENTY"), 2, 300);
                }
                if (cases.contains("none") && threads == 2) {
                    r.grid(
                            "tryAcquire refused",
                            "LimiterBench.tryAcquire",
                            limiting,
                            threads,
                            Map.of("supply", "NONE"),
                            2,
                            300);
                }
            }
            if (cases.contains("keyed") && round == 0) {
                for (String map : new String[] {"chm", "caffeine"}) {
                    r.grid("keyed 1M " + map, "KeyedBench.keyedTryAcquire", keyed, 1, Map.of("map", map), 3, 300);
                }
            }
            System.err.printf("round %d of %d done%n", round + 1, rounds);
        }
        r.print(Path.of(args[0]), "floor-gcra-cas");
    }
}
