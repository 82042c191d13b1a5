package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.headway.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class HeadwayConfigTest {

    private static final String FILE = """
            {
              "defaults": {
                "retry": {"maxElapsed": "60s", "maxAttempts": 3, "neverRetryStatus": 404}
              },
              "apis": {
                "github": {
                  "hosts": ["api.github.com", "*.github.com"],
                  "limits": "5000/h",
                  "retry": {"maxAttempts": 7, "retryStatus": 404}
                },
                "billing": {
                  "hosts": ["localhost:8080", "my_service:9090"],
                  "limits": ["10/s", {"bucket": {"rate": "500 per hour", "burst": 20}}, {"concurrency": 5}],
                  "pace": "even",
                  "maxWait": "5s",
                  "maxWaiting": 100,
                  "maxScopes": 50,
                  "scopes": [{"header": "X-Api-Key"}, {"routes": ["/search", "GET /users/{id}"]}],
                  "errors": ["exhausted  us  422,429  code  BudgetSpent"],
                  "retry": {
                    "maxServerWait": "1m",
                    "backoff": {"exponential": {"base": "2s", "growth": 3, "cap": "1m", "jitter": "none"}},
                    "errorCodes": {"400": ["QuotaExceeded"], "429": []},
                    "throttlesInSuccess": true,
                    "retryFailures": false,
                    "idempotencyHeaders": ["Request-Id"]
                  }
                },
                "plain": {"retry": {"preset": "none"}}
              }
            }
            """;

    private static Duration delay(Backoff backoff, int retry) {
        return backoff.delay(retry, false, new Random(1));
    }

    @Test
    void saysAllThatThePolicysBuilderCan() {
        RetryPolicy policy = HeadwayConfig.parse(FILE).headway("billing").retryPolicy();

        assertThat(policy.maxServerWait()).isEqualTo(Duration.ofMinutes(1));
        assertThat(delay(policy.backoff(), 1)).isEqualTo(Duration.ofSeconds(2));
        assertThat(delay(policy.backoff(), 2)).isEqualTo(Duration.ofSeconds(6));
        assertThat(delay(policy.backoff(), 9)).isEqualTo(Duration.ofMinutes(1));
        assertThat(policy.errorCodes()).containsOnlyKeys(400, 429);
        assertThat(policy.errorCodes().get(400)).containsExactly("QuotaExceeded");
        assertThat(policy.errorCodes().get(429)).isEmpty();
        assertThat(policy.throttlesInSuccess()).isTrue();
        assertThat(policy.retriesFailures()).isFalse();
        assertThat(policy.idempotencyHeaders()).containsExactly("Request-Id");
    }

    private static RetryPolicy retry(String settings) {
        return HeadwayConfig.parse("{\"apis\": {\"a\": {\"retry\": {" + settings.replace('\'', '"') + "}}}}")
                .headway("a")
                .retryPolicy();
    }

    @Test
    void presetsByName() {
        assertThat(retry("'preset': 'oci2020'").maxAttempts()).isEqualTo(5);
        assertThat(retry("'preset': 'oci2020'").backoff().delay(1, false, Fixed.MIDDLE))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(retry("'preset': 'openai', 'maxAttempts': 9").maxAttempts()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'none' | 0",
                "{'fixed': '3s'} | 3000",
                "{'random': {'least': '1s', 'cap': '3s'}} | 2000",
                "{'incrementing': {'base': '1s', 'step': '5s', 'cap': '1m'}} | 6000",
                "{'decorrelated': {'base': '2s', 'cap': '1m'}} | 4000",
                "{'exponential': {'base': '1s', 'growth': 3, 'jitter': 'full'}} | 1500",
                "{'exponential': {'base': '1s', 'jitter': 'equal'}} | 1500",
                "{'exponential': {'base': '1s', 'jitter': 'additive', 'upTo': '4s'}} | 4000",
                "{'exponential': {'base': '1s', 'jitter': 'proportional', 'share': 0.75}} | 1750",
                "{'exponential': {'base': '1s', 'jitter': 'proportional'}} | 1500",
                "{'bounded': {'of': {'fixed': '9s'}, 'atMost': '5s'}} | 5000",
                "{'bounded': {'of': {'fixed': '1s'}, 'atLeast': '2s', 'atMost': '5s'}} | 2000",
                "{'byCause': {'throttled': {'fixed': '9s'}, 'failed': {'fixed': '4s'}}} | 4000",
                "{'chain': ['none', {'fixed': '7s'}]} | 7000",
                "{'sum': [{'fixed': '1s'}, {'chain': [{'fixed': '2s'}]}]} | 3000",
            })
    void backoffsByName(String backoff, long millis) {
        assertThat(retry("'backoff': " + backoff).backoff().delay(2, false, Fixed.MIDDLE))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void urllib3ByItsNumbers() {
        RetryPolicy policy = retry("'preset': {'urllib3': {'total': 3, 'backoffFactor': '500ms', 'statuses': [502]}}");

        assertThat(policy.maxAttempts()).isEqualTo(4);
        assertThat(policy.backoff().delay(1, false, Fixed.MIDDLE)).isZero();
        assertThat(policy.backoff().delay(2, false, Fixed.MIDDLE)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.rule().orElseThrow().couldMatch(502)).isTrue();
        assertThat(retry("'preset': {'urllib3': {}}").maxAttempts()).isEqualTo(11);
    }

    @Test
    void logAsTheBuilderCan() {
        HeadwayConfig config = HeadwayConfig.parse("""
                {"defaults": {"log": {"linesPerSecond": 3, "levels": {"gate_closed": "warning", "permit_delayed": "off"}}},
                 "apis": {"a": {}, "b": {"log": "off"}}}""");

        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(HeadwayLog.LOGGER);
        lines.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(lines);
        try {
            for (String name : List.of("a", "b")) {
                Headway headway = config.builder(name)
                        .retry(RetryPolicy.none())
                        .time(VirtualTime.automatic())
                        .build();
                assertThatThrownBy(() -> headway.call(Scope.of(name), () -> {
                            throw new RefusedException(Duration.ofSeconds(1));
                        }))
                        .isInstanceOf(RefusedException.class);
            }
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
        assertThat(lines.list)
                .isNotEmpty()
                .allMatch(line -> line.getKeyValuePairs().toString().contains("scope=\"a\""));
        assertThat(lines.list)
                .filteredOn(line -> line.getKeyValuePairs().toString().contains("gate_closed"))
                .extracting(ILoggingEvent::getLevel)
                .containsOnly(Level.WARN);
    }

    @Test
    void stopsWithoutCode() {
        RetryPolicy policy =
                retry("'stop': {'any': [{'elapsed': '30s'}, {'all': [{'attempts': 2}, {'beforeDelay': '10s'}]}]}");
        long second = Duration.ofSeconds(1).toNanos();

        assertThat(policy.stops(1, 29 * second, second)).isFalse();
        assertThat(policy.stops(1, 30 * second, second)).isTrue();
        assertThat(policy.stops(1, second, 10 * second)).isFalse();
        assertThat(policy.stops(2, second, 10 * second)).isTrue();
    }

    @Test
    void rulesWithoutCode() {
        RetryRule rule = retry(
                        "'throwOnGiveUp': true, 'retryIf': {'all': [{'any': ['standard', 'failure', {'status': [404]},"
                                + " {'statusBetween': [410, 412]}, {'errorCode': 'Busy'}, {'errorKind': 'transient'}]},"
                                + " {'not': {'header': 'X-Stop'}}]}")
                .rule()
                .orElseThrow();

        assertThat(rule)
                .hasToString(
                        "((((((standard or failure) or status {404}) or status 410 to 412) or code [Busy]) or kind [TRANSIENT])"
                                + " and not header X-Stop)");
    }

    @Test
    void inheritsKeyByKey() {
        RetryPolicy policy = HeadwayConfig.parse(FILE).headway("github").retryPolicy();

        assertThat(policy.maxElapsed()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy.maxAttempts()).isEqualTo(7);
        // An API's own word goes before that of the defaults.
        assertThat(policy.retriesStatus(404)).isTrue();
    }

    private static RetryPolicy inherited(String defaults, String own) {
        String file = "{'defaults': {'retry': {" + defaults + "}}, 'apis': {'a': {'retry': {" + own + "}}}}";
        return HeadwayConfig.parse(file.replace('\'', '"')).headway("a").retryPolicy();
    }

    @Test
    void whatTheDefaultsSayContradictsNoWordOfAnApis() {
        String statuses =
                "'retryStatus': 404, 'neverRetryStatus': 503, 'errorCodes': {'400': []}, 'retryFailures': false";
        assertThat(inherited(statuses, "'retryIf': {'status': 409}").rule().orElseThrow())
                .hasToString("status {409}");
        assertThat(inherited("'retryIf': 'standard', 'backoff': 'none', 'throwOnGiveUp': true", "'maxAttempts': 1")
                        .maxAttempts())
                .isEqualTo(1);
        assertThat(inherited("'throwOnGiveUp': true", "'throwOnGiveUp': false").throwsOnGiveUp())
                .isFalse();
        assertThat(inherited("'maxServerWait': '1m'", "'maxElapsed': '10s'").maxElapsed())
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(retry("'preset': 'oci', 'maxAttempts': 1").maxAttempts()).isEqualTo(1);
    }

    @Test
    void anApisWordThatCountsForNothingIsRefusedWhereverTheOtherStands() {
        assertThatThrownBy(() -> inherited("'maxElapsed': '10s'", "'maxServerWait': '1m'"))
                .hasMessageEndingWith(
                        "/apis/a: maxServerWait is longer than maxElapsed, which ends every wait before.");
        assertThatThrownBy(() -> inherited("'maxAttempts': 1", "'retryIf': 'standard'"))
                .hasMessageEndingWith("so retryIf would count for nothing.");
        assertThatThrownBy(() -> inherited("'retryIf': 'standard'", "'retryStatus': 404"))
                .hasMessageContaining("so retryStatus would count for nothing");
    }

    @Test
    void defaultsThatContradictThemselvesAreTold() {
        assertThatThrownBy(() -> inherited("'retryIf': 'standard', 'retryStatus': 404", "'maxAttempts': 1"))
                .isInstanceOfSatisfying(
                        HeadwayConfigException.class,
                        refusal -> assertThat(refusal.problems())
                                .extracting(HeadwayConfigException.Problem::path)
                                .containsExactly("/defaults"));
    }

    @Test
    void presetBeginsAnew() {
        RetryPolicy policy = HeadwayConfig.parse(FILE).headway("plain").retryPolicy();

        assertThat(policy.maxAttempts()).isEqualTo(1);
        assertThat(policy.maxElapsed()).isEqualTo(RetryPolicy.none().maxElapsed());
    }

    @Test
    void keepsTheOrderOfTheFile() {
        assertThat(HeadwayConfig.parse(FILE).names()).containsExactly("github", "billing", "plain");
        assertThat(HeadwayConfig.parse(FILE)).hasToString("HeadwayConfig[github, billing, plain]");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "https://api.github.com/repos, github",
                "https://API.GitHub.com:443, github",
                "https://uploads.github.com/x, github",
                "https://github.com, none",
                "http://localhost:8080/, billing",
                "http://localhost:8081/, none",
                "http://localhost/, none",
                "https://api.github.com./repos, github",
                "https://you:secret@api.github.com/repos, github",
                "https://api.github.com@evil.example/, none",
                "https://x@api.github.com@evil.example/, none",
                "https://evilgithub.com, none",
                "http://my_service:9090/, billing",
                "http://my_service/, none",
                "/relative, none",
                "mailto:a@b.example, none",
            })
    void findsTheApiOfAUrl(String url, String name) {
        assertThat(HeadwayConfig.parse(FILE).nameOf(URI.create(url)).orElse(null))
                .isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.b.example, name",
        "https://a.b.example:444, port",
        "https://x.a.b.example, longer",
        "https://x.b.example, shorter",
        "https://other.example, any",
        "http://[::1]:90/, six",
    })
    void theMostSpecificPatternCounts(String url, String name) {
        HeadwayConfig config = HeadwayConfig.parse("""
                {"apis": {
                  "any": {"hosts": "*"},
                  "shorter": {"hosts": "*.b.example"},
                  "longer": {"hosts": "*.a.b.example"},
                  "name": {"hosts": "a.b.example"},
                  "port": {"hosts": "a.b.example:444"},
                  "six": {"hosts": "[::1]:90"}
                }}""");

        assertThat(config.nameOf(URI.create(url))).hasValue(name);
    }

    @Test
    void unknownNameSaysWhichThereAre() {
        HeadwayConfig config = HeadwayConfig.parse(FILE);

        assertThatThrownBy(() -> config.headway("gitlab"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no API gitlab; there are github, billing, plain.");
    }

    @Test
    void writesItselfBack() {
        String written = HeadwayConfig.parse(FILE).toJson();

        assertThat(HeadwayConfig.parse(written).toJson()).isEqualTo(written);
        assertThat(HeadwayConfig.parse(written).headway("billing").retryPolicy().errorCodes())
                .isEqualTo(HeadwayConfig.parse(FILE)
                        .headway("billing")
                        .retryPolicy()
                        .errorCodes());
    }

    @Test
    void readsYaml(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("headway.yml"), """
                defaults:
                  retry: {maxElapsed: 60s}
                apis:
                  github:
                    hosts: [api.github.com]
                    limits: 5000/h
                    retry:
                      errorCodes: {400: [QuotaExceeded]}
                """);
        HeadwayConfig config = HeadwayConfig.load(file);

        assertThat(config.headway("github").retryPolicy().maxElapsed()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.headway("github").retryPolicy().errorCodes()).containsOnlyKeys(400);
        assertThat(HeadwayConfig.parse(config.toJson()).names()).containsExactly("github");
    }

    @Test
    void missingFileIsAnIoException(@TempDir Path folder) {
        assertThatThrownBy(() -> HeadwayConfig.load(folder.resolve("none.json")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void refusalTellsEachPlace() {
        assertThatThrownBy(() -> HeadwayConfig.parse("{\n  \"apis\": {\"one\": {\"pace\": 1}}\n}"))
                .isInstanceOfSatisfying(
                        HeadwayConfigException.class,
                        refusal -> assertThat(refusal.problems())
                                .containsExactly(new HeadwayConfigException.Problem(
                                        2, 20, "/apis/one/pace", "This must be \"eager\" or \"even\".")));
    }
}
