package dev.headway.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import dev.headway.Evidence;
import dev.headway.Headway;
import dev.headway.HeadwayLog;
import dev.headway.HeadwayLog.Event;
import dev.headway.RefusedException;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.TokenBucket;
import dev.headway.testkit.VirtualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** What a Headway logs of itself: names, keys and levels are a contract. */
class LogTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final Logger logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(HeadwayLog.LOGGER);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.TRACE);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void aLogThatThrowsKeepsNoPermitFromWhoeverWaits() {
        Headway headway = Headway.builder().time(time).build();
        Execution refused = headway.begin(Facts.of("GET"));
        refused.next();
        refused.record(Answers.status(429, "Retry-After", "3"));
        refused.cancel();
        Step.Await waiting = (Step.Await) headway.begin(Facts.of("GET")).next();
        LoggerContext context = logger.getLoggerContext();
        context.addTurboFilter(new Throwing());
        try {
            time.advance(Duration.ofSeconds(4));
        } finally {
            context.resetTurboFilterList();
        }

        assertThat(waiting.stage().toCompletableFuture()).isDone();
    }

    @Test
    void anAbsurdWaitIsToldAsALongOne() {
        Headway headway = Headway.builder().time(time).build();

        assertThatThrownBy(() -> headway.call(Scope.of("api"), () -> {
                    throw new RefusedException(Duration.ofSeconds(Long.MAX_VALUE));
                }))
                .isInstanceOf(RefusedException.class);

        assertThat(line("rate_limit_encountered"))
                .containsEntry("retry_after", Duration.ofDays(36_500).toSeconds());
    }

    private static final class Throwing extends TurboFilter {
        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                @Nullable Logger to,
                @Nullable Level level,
                @Nullable String format,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            throw new IllegalStateException("The log is broken");
        }
    }

    @Test
    void aRefusalAndItsRetryAreToldInOrderBeforeTheWait() {
        Execution call = Headway.builder().time(time).build().begin(Facts.of("GET"));
        call.next();
        call.record(Answers.status(429, "Retry-After", "3", "X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "0"));
        call.next();

        assertThat(events()).contains("rate_limit_encountered", "retry_scheduled", "gate_closed");
        assertThat(events()).doesNotContain("gate_opened");
        assertThat(line("rate_limit_encountered"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "event", "rate_limit_encountered",
                        "scope", "api",
                        "method", "GET",
                        "url", "https://api.example.com/things",
                        "attempt", 1L,
                        "status", 429L,
                        "retry_after", 3L,
                        "limit", 60L,
                        "remaining", 0L));
        Map<String, Object> retry = line("retry_scheduled");
        assertThat(retry)
                .containsOnlyKeys(
                        "event",
                        "scope",
                        "method",
                        "url",
                        "attempt",
                        "status",
                        "wait_ms",
                        "wait_cause",
                        "deadline_left_ms")
                .containsEntry("attempt", 2L)
                .containsEntry("status", 429L)
                .containsEntry("wait_cause", "server_hint");
        // The server's moment, not how long the call could wait at most.
        assertThat(number(retry, "wait_ms")).isBetween(3000.0, 3100.0);
        assertThat(number(retry, "deadline_left_ms")).isGreaterThan(3100);
        assertThat(level("retry_scheduled")).isEqualTo(Level.WARN);
        assertThat(level("rate_limit_encountered")).isEqualTo(Level.WARN);
        assertThat(number(line("gate_closed"), "wait_ms")).isBetween(3000.0, 3100.0);
        assertThat(level("gate_closed")).isEqualTo(Level.INFO);

        time.advance(Duration.ofSeconds(4));
        call.next();

        assertThat(line("gate_opened")).isEqualTo(Map.of("event", "gate_opened", "scope", "api"));
    }

    @Test
    void theSentenceTellsTheSameToPeople() {
        Execution call = Headway.builder().time(time).build().begin(Facts.of("GET"));
        call.next();
        call.record(Answers.status(429, "Retry-After", "3"));
        call.next();

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains(
                        "GET https://api.example.com/things: attempt 1 was refused (429), the server asks for 3000 ms",
                        "GET https://api.example.com/things: waits 3020 ms before attempt 2 (server_hint, after 429)",
                        "api: no call is sent for 3020 ms");
    }

    @Test
    void aBackoffIsToldWithTheErrorAndNothingOfItsMessage() {
        Execution call = Headway.builder().time(time).build().begin(Facts.of("GET"));
        call.next();
        call.record(new Signal.Failure(new ConnectException("token=secret"), Evidence.NOT_SENT));
        call.next();

        Map<String, Object> retry = line("retry_scheduled");
        assertThat(retry).containsEntry("error", "java.net.ConnectException").containsEntry("wait_cause", "backoff");
        assertThat(lines.list.toString()).doesNotContain("secret");
        assertThat(events()).containsExactly("retry_scheduled");
    }

    @Test
    void aGoodCallIsNotLoggedAndKeepsNothing() {
        Execution call = Headway.builder().time(time).build().begin(Facts.of("GET"));
        call.next();
        call.record(Answers.status(200));
        call.next();

        assertThat(lines.list).isEmpty();
        // What nobody asks for is not made.
        assertThat(call.trace().attempts()).isEmpty();
    }

    @Test
    void aCallThatWaitsForItsTurnIsToldAtDebug() {
        Headway headway =
                Headway.builder().time(time).limit(TokenBucket.perSecond(1)).build();
        headway.begin(Facts.of("GET")).next();
        headway.begin(Facts.of("GET")).next();
        headway.begin(Facts.of("GET")).next();

        assertThat(events()).containsExactly("permit_delayed", "permit_delayed");
        Map<String, Object> second = keys(lines.list.get(1));
        assertThat(second)
                .containsOnlyKeys(
                        "event", "scope", "method", "url", "attempt", "wait_ms", "wait_cause", "deadline_left_ms")
                .containsEntry("attempt", 1L)
                .containsEntry("wait_cause", "permit");
        // Behind the other.
        assertThat(number(second, "wait_ms")).isBetween(2000.0, 2100.0);
        assertThat(lines.list.get(1).getLevel()).isEqualTo(Level.DEBUG);
    }

    @Test
    void aCallThatGivesUpTellsWhy() {
        RetryPolicy two = RetryPolicy.builder().maxAttempts(2).build();
        Execution call = Headway.builder().time(time).retry(two).build().begin(Facts.of("GET"));
        call.next();
        call.record(Answers.status(503));
        call.next();
        time.advance(SECOND);
        call.next();
        call.record(Answers.status(503));
        call.next();

        assertThat(line("retry_exhausted"))
                .isEqualTo(Map.of(
                        "event", "retry_exhausted",
                        "scope", "api",
                        "method", "GET",
                        "url", "https://api.example.com/things",
                        "attempt", 2L,
                        "status", 503L,
                        "reason", "attempts"));
        assertThat(level("retry_exhausted")).isEqualTo(Level.WARN);
    }

    @Test
    void aCallThatWasNeverSentTellsWhy() {
        Headway headway = Headway.builder()
                .time(time)
                .limit(TokenBucket.perSecond(1))
                .maxWait(Duration.ZERO)
                .build();
        headway.begin(Facts.of("GET")).next();
        headway.begin(Facts.of("GET")).next();

        assertThat(events()).containsExactly("call_not_sent");
        assertThat(line("call_not_sent")).containsEntry("reason", "max_wait").containsKey("retry_after");
        assertThat(number(line("call_not_sent"), "retry_after")).isBetween(1.0, 1.1);
    }

    @Test
    void aLearnedLimitIsToldOnce() {
        Headway headway = Headway.builder().time(time).build();
        for (int left = 59; left > 50; left--) {
            Execution call = headway.begin(Facts.of("GET"));
            call.next();
            call.record(Answers.status(
                    200,
                    "X-RateLimit-Limit",
                    "60",
                    "X-RateLimit-Remaining",
                    String.valueOf(left),
                    "X-RateLimit-Reset",
                    "30"));
        }

        assertThat(events()).containsExactly("limit_learned");
        assertThat(line("limit_learned"))
                .containsEntry("scope", "api")
                .containsEntry("limit", 60L)
                .containsEntry("remaining", 59L);
        assertThat(level("limit_learned")).isEqualTo(Level.INFO);
    }

    @Test
    void aStormIsBoundedAndCounted() {
        Headway headway = Headway.builder()
                .time(time)
                .log(HeadwayLog.standard().linesPerSecond(3))
                .build();
        for (int i = 0; i < 8; i++) {
            failed(headway);
        }
        assertThat(events()).containsExactly("retry_scheduled", "retry_scheduled", "retry_scheduled");

        time.advance(SECOND);
        failed(headway);

        assertThat(lines.list).hasSize(4);
        assertThat(keys(lines.list.get(3))).containsEntry("left_out", 5L);
        assertThat(keys(lines.list.get(2))).doesNotContainKey("left_out");
    }

    @Test
    void levelsCanBeSetOneByOne() {
        Headway headway = Headway.builder()
                .time(time)
                .log(HeadwayLog.standard()
                        .level(Event.RETRY_SCHEDULED, System.Logger.Level.ERROR)
                        .level(Event.RATE_LIMIT_ENCOUNTERED, System.Logger.Level.OFF))
                .build();
        Execution call = headway.begin(Facts.of("GET"));
        call.next();
        call.record(Answers.status(429, "Retry-After", "3"));
        call.next();

        assertThat(events()).doesNotContain("rate_limit_encountered");
        assertThat(level("retry_scheduled")).isEqualTo(Level.ERROR);
    }

    @Test
    void nothingIsLoggedWhereItIsOffHereOrThere() {
        failed(Headway.builder().time(time).log(HeadwayLog.off()).build());
        logger.setLevel(Level.OFF);
        failed(Headway.builder().time(time).build());

        assertThat(lines.list).isEmpty();
    }

    @Test
    void whatOthersHaveWrittenCanNotLookLikeALineOfOurs() {
        RequestFacts hostile = new RequestFacts() {
            @Override
            public String method() {
                return "GET\nx";
            }

            @Override
            public String url() {
                return "https://api.example.com/{}\n2026 ERROR all is lost";
            }

            @Override
            public Scope scope() {
                return Scope.of("a\u001B[2Jpi");
            }

            @Override
            public boolean replayable() {
                return true;
            }

            @Override
            public List<String> headers(String name) {
                return List.of();
            }

            @Override
            public @Nullable RetryPolicy policy() {
                return null;
            }

            @Override
            public OptionalLong timeLeftNanos() {
                return OptionalLong.empty();
            }
        };
        Headway headway = Headway.builder().time(time).build();
        Execution call = headway.begin(hostile);
        call.next();
        call.record(Answers.status(429, "Retry-After", "3"));
        call.next();

        assertThat(lines.list).isNotEmpty();
        lines.list.forEach(line -> {
            assertThat(line.getFormattedMessage()).doesNotContain("\n", "\u001B");
            assertThat(keys(line).values().toString()).doesNotContain("\n", "\u001B");
        });
        assertThat(line("rate_limit_encountered"))
                .containsEntry("method", "GET\\u000ax")
                .containsEntry("scope", "a\\u001b[2Jpi")
                .containsEntry("url", "https://api.example.com/{}\\u000a2026 ERROR all is lost");
    }

    private void failed(Headway headway) {
        Execution call = headway.begin(Facts.of("GET"));
        call.next();
        call.record(Answers.status(503));
        call.next();
    }

    private List<Object> events() {
        return lines.list.stream().map(line -> keys(line).get("event")).toList();
    }

    private Map<String, Object> line(String event) {
        return keys(of(event));
    }

    private static double number(Map<String, Object> keys, String key) {
        assertThat(keys.get(key)).isInstanceOf(Number.class);
        return Double.parseDouble(String.valueOf(keys.get(key)));
    }

    private Level level(String event) {
        return of(event).getLevel();
    }

    private ILoggingEvent of(String event) {
        List<ILoggingEvent> found = lines.list.stream()
                .filter(line -> event.equals(keys(line).get("event")))
                .toList();
        assertThat(found).as("%s of %s", event, lines.list).hasSize(1);
        return found.get(0);
    }

    private static Map<String, Object> keys(ILoggingEvent line) {
        Map<String, Object> keys = new LinkedHashMap<>();
        line.getKeyValuePairs()
                .forEach(pair ->
                        assertThat(keys.put(pair.key, pair.value)).as(pair.key).isNull());
        return keys;
    }
}
