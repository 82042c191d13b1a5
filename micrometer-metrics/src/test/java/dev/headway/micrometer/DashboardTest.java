package dev.headway.micrometer;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headway.Headway;
import dev.headway.OnLimit;
import dev.headway.Scope;
import dev.headway.TokenBucket;
import dev.headway.testkit.VirtualTime;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard and the alert rules ask for meters that there are, by the names that Prometheus gives them. */
class DashboardTest {

    private static final Pattern NAME = Pattern.compile("\\bheadway_\\w+");

    @ParameterizedTest
    @ValueSource(strings = {"alerts.yml", "dashboard.json", "../observability.md"})
    void namesAreThoseOfMeters(String file) throws Exception {
        String text = ofMeters(Files.readString(Path.of("../docs/observability", file)));
        Set<String> asked = new TreeSet<>();
        for (Matcher name = NAME.matcher(text); name.find(); ) {
            asked.add(name.group());
        }
        for (Matcher name = Pattern.compile("`(headway\\.[a-z.]+)`").matcher(text); name.find(); ) {
            asked.add(prometheus(name.group(1)));
        }

        assertThat(asked).isNotEmpty();
        assertThat(known()).containsAll(asked);
    }

    /** The chapter, where the page has others. */
    private static String ofMeters(String page) {
        int begin = page.indexOf("## Meters");
        return begin < 0 ? page : page.substring(begin, page.indexOf("\n## ", begin));
    }

    /** Of the page every meter is asked for. */
    @Test
    void thePageNamesAllMeters() throws Exception {
        String page = Files.readString(Path.of("../docs/observability.md"));

        assertThat(meters())
                .extracting(meter -> meter.getId().getName())
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    private static Set<String> known() {
        return meters().stream().flatMap(DashboardTest::names).collect(toSet());
    }

    private static Stream<String> names(Meter meter) {
        String name = prometheus(meter.getId().getName());
        return switch (meter.getId().getType()) {
            case COUNTER -> Stream.of(name, name + "_total");
            case TIMER -> Stream.of(name, name + "_seconds_count", name + "_seconds_sum", name + "_seconds_max");
            default -> Stream.of(name);
        };
    }

    private static String prometheus(String name) {
        return name.replace('.', '_');
    }

    private static List<Meter> meters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        HeadwayMetrics metrics = new HeadwayMetrics();
        metrics.bindTo(registry);
        Headway headway = Headway.builder()
                .time(VirtualTime.automatic())
                .limit(TokenBucket.perSecond(1))
                .onLimit(OnLimit.FAIL)
                .listener(metrics)
                .build();
        var unused = catchThrowable(() -> {
            headway.call(Scope.of("api"), () -> "first");
            headway.call(Scope.of("api"), () -> "second");
        });
        return registry.getMeters();
    }
}
