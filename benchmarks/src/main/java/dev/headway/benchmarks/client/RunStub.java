package dev.headway.benchmarks.client;

import dev.headway.benchmarks.common.Rounds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code RunStub OUT.csv}; -Drounds=3 -Dimpls=a,b -Dthreads=1,2 */
public final class RunStub {
    private RunStub() {}

    public static void main(String[] args) throws Exception {
        List<String> all = Arrays.stream(new String[][] {Variants.OKHTTP, Variants.JDK})
                .flatMap(Arrays::stream)
                .collect(Collectors.toList());
        String only = System.getProperty("impls");
        List<String> impls = only == null ? all : Arrays.asList(only.split(","));
        Rounds r = new Rounds();
        int rounds = Integer.getInteger("rounds", 3);
        for (int round = 0; round < rounds; round++) {
            for (String t : System.getProperty("threads", "1").split(",")) {
                for (String family : new String[] {"okhttp", "jdk"}) {
                    List<String> mine = impls.stream()
                            .filter(i -> i.startsWith("okhttp") == family.equals("okhttp"))
                            .collect(Collectors.toList());
                    if (!mine.isEmpty()) {
                        r.grid("stub " + family, "StubBench.call", mine, Integer.parseInt(t), Map.of(), 8, 500);
                    }
                }
            }
            System.err.printf("round %d of %d done%n", round + 1, rounds);
        }
        r.print(Path.of(args[0]), "okhttp-bare", "jdk-bare");
    }
}
