package dev.headway.internal.hints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LimitHint;
import dev.headway.RateLimitHint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class StandardHintParserTest {

    @Test
    void aResponseThatSaysNothingGivesTheSharedHint() {
        RateLimitHint none = RateLimitHint.none();

        assertThat(Reply.of(200).hint()).isSameAs(none);
        assertThat(Reply.of(429, "Content-Type", "text/html").hint()).isSameAs(none);
        assertThat(Reply.of(429, "Retry-After", "soon").hint()).isSameAs(none);
        assertThat(Reply.of(200, "X-RateLimit-Limit", "many").hint()).isSameAs(none);
    }

    @Nested
    class Clock {

        private final Instant local = Instant.parse("2026-01-01T00:00:20Z");

        @Test
        void datesCountFromTheDateOfTheResponse() {
            assertThat(delay("Date", "Thu, 01 Jan 2026 00:00:00 GMT")).hasSeconds(30);
            assertThat(delay("DATE", "Thu Jan  1 00:00:10 2026")).hasSeconds(20);
        }

        @Test
        void withoutAReadableDateTheyCountFromTheLocalClock() {
            assertThat(delay("X-Date", "Thu, 01 Jan 2026 00:00:00 GMT")).hasSeconds(10);
            assertThat(delay("Date", "today")).hasSeconds(10);
        }

        @Test
        void nobodyAsksTheLocalClockWithoutNeed() {
            InstantSource none = () -> {
                throw new AssertionError("asked");
            };
            List<String> fields = List.of("Date", "Thu, 01 Jan 2026 00:00:00 GMT", "Retry-After", "5");

            assertThat(new Reply(429, fields, none).hint().retryAfter()).hasValue(Duration.ofSeconds(5));
        }

        /** With a date of its own nothing of a response hangs on the local clock; without, most lines of the corpus do. */
        @Test
        void aLocalClockThatIsADayOffChangesNothing() {
            for (JsonNode line : Corpus.lines()) {
                Reply reply = Corpus.reply(line);
                if (reply.hasReadableDate()) {
                    for (int hours : new int[] {-24, -1, 1, 24}) {
                        InstantSource off = InstantSource.offset(reply.clock(), Duration.ofHours(hours));
                        assertThat(new Reply(reply.status(), reply.fields(), reply.body(), off).hint())
                                .as(line.get("id").asString())
                                .hasToString(reply.hint().toString());
                    }
                }
            }
        }

        @Test
        void aRandomMomentIsFoundAgainWhateverTheLocalClockSays() {
            SplittableRandom random = new SplittableRandom(1);
            DateTimeFormatter date = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
            for (int i = 0; i < 10_000; i++) {
                Instant now = Instant.ofEpochSecond(random.nextLong(1_000_000_000, 4_000_000_000L));
                Duration wait = Duration.ofSeconds(random.nextLong(1, 86_400));
                Instant then = now.plus(wait);
                InstantSource off = InstantSource.fixed(now.plusMillis(random.nextLong(-86_400_000, 86_400_000)));
                String reset = random.nextBoolean() ? Long.toString(then.getEpochSecond()) : then.toString();
                List<String> fields =
                        List.of("Date", date.format(now), "Retry-After", date.format(then), "X-RateLimit-Reset", reset);

                RateLimitHint hint = new Reply(429, fields, off).hint();

                assertThat(hint.retryAfter()).hasValue(wait);
                assertThat(hint.limits().get(0).resetAfter()).isEqualTo(wait);
            }
        }

        private Duration delay(String name, String value) {
            List<String> fields = List.of("Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT", name, value);
            return new Reply(503, fields, InstantSource.fixed(local))
                    .hint()
                    .retryAfter()
                    .orElseThrow();
        }
    }

    @Nested
    class Delay {

        @ParameterizedTest
        @CsvSource({
            "0, PT0S",
            "120, PT2M",
            "'  30\t', PT30S",
            "2.0, PT2S",
            "1.234, PT1.234S",
            "1.0000000001, PT1.000000001S",
            "2147483648, PT2147483648S",
            "'Thu, 01 Jan 2026 00:00:30 GMT', PT30S",
            "'Wed, 31 Dec 2025 23:59:59 GMT', PT0S",
        })
        void retryAfterIsANumberOfSecondsOrADate(String value, Duration delay) {
            assertThat(Reply.of(503, "Retry-After", value).hint().retryAfter()).hasValue(delay);
        }

        @ParameterizedTest
        @ValueSource(strings = {"9223372036854775807", "999999999999999999999", "3153600000.1"})
        void whatIsTooLongIsPracticallyNever(String value) {
            assertThat(Reply.of(429, "Retry-After", value).hint().retryAfter()).hasValue(Lengths.LONGEST);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "-5", "soon", "NaN", "Infinity", "1e3", "0x10", "5, 6", "\u0665", "5\u0007"})
        void whatCanNotBeReadIsAsIfAbsent(String value) {
            assertThat(Reply.of(429, "Retry-After", value).hint().retryAfter()).isEmpty();
        }

        @Test
        void ofRepeatedOnesTheLongestCounts() {
            assertThat(Reply.of(503, "Retry-After", "5", "Retry-After", "x", "Retry-After", "30", "Retry-After", "9")
                            .hint()
                            .retryAfter())
                    .hasValue(Duration.ofSeconds(30));
        }

        @Test
        void millisecondsGoBeforeSecondsBeforeVendorsBeforeLimits() {
            Reply limits = Reply.of(429, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "4");
            Reply vendor = limits.with("X-Retry-After", "3");
            Reply standard = vendor.with("Retry-After", "2");
            Reply millis = standard.with("retry-after-ms", "1500");

            assertThat(limits.hint().retryAfter()).hasValue(Duration.ofSeconds(4));
            assertThat(vendor.hint().retryAfter()).hasValue(Duration.ofSeconds(3));
            assertThat(standard.hint().retryAfter()).hasValue(Duration.ofSeconds(2));
            assertThat(millis.hint().retryAfter()).hasValue(Duration.ofMillis(1500));
        }

        @Test
        void anUnreadableOneLeavesTheWordToTheNext() {
            assertThat(Reply.of(429, "retry-after-ms", "abc", "Retry-After", "", "X-Retry-After", "7")
                            .hint()
                            .retryAfter())
                    .hasValue(Duration.ofSeconds(7));
        }

        @Test
        void aVendorsNumberMayBeAMoment() {
            assertThat(Reply.of(429, "X-Retry-After", "1767225642").hint().retryAfter())
                    .hasValue(Duration.ofSeconds(42));
            assertThat(Reply.of(429, "X-Retry-In", "857.5ms").hint().retryAfter())
                    .hasValue(Duration.ofNanos(857_500_000));
        }

        @Test
        void ofExhaustedLimitsTheLongestResetCounts() {
            Reply response = Reply.of(
                    429,
                    "X-RateLimit-Remaining-Minute",
                    "0",
                    "X-RateLimit-Reset-Minute",
                    "33",
                    "X-RateLimit-Remaining-Day",
                    "0",
                    "X-RateLimit-Reset-Day",
                    "7200",
                    "X-RateLimit-Remaining-Week",
                    "1",
                    "X-RateLimit-Reset-Week",
                    "90000");

            assertThat(response.hint().retryAfter()).hasValue(Duration.ofHours(2));
        }

        @ParameterizedTest
        @CsvSource({"399, false", "400, true", "403, true", "429, true", "499, true", "500, false", "503, false"})
        void limitsTellTheDelayOfARefusalOnly(int status, boolean told) {
            RateLimitHint hint = Reply.of(status, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "4")
                    .hint();

            assertThat(hint.retryAfter().isPresent()).isEqualTo(told);
            assertThat(hint.limits()).hasSize(1);
        }

        @Test
        void aResetThatHasPassedTellsNothingOfARefusal() {
            assertThat(Reply.of(429, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "0")
                            .hint()
                            .retryAfter())
                    .isEmpty();
            assertThat(Reply.of(429, "X-RateLimit-Reset", "1767225599").hint().retryAfter())
                    .isEmpty();
            assertThat(Reply.of(429, "Retry-After", "0").hint().retryAfter()).hasValue(Duration.ZERO);
        }

        @Test
        void aLoneResetWithoutACounterTellsTheDelayOfA429() {
            assertThat(Reply.of(429, "X-RateLimit-Reset", "4").hint().retryAfter())
                    .hasValue(Duration.ofSeconds(4));
            assertThat(Reply.of(403, "X-RateLimit-Reset", "4").hint().retryAfter())
                    .isEmpty();
            assertThat(Reply.of(429, "X-RateLimit-Reset", "4", "X-RateLimit-Remaining", "9")
                            .hint()
                            .retryAfter())
                    .isEmpty();
            assertThat(Reply.of(429, "X-RateLimit-Reset", "4", "X-RateLimit-Reset-Day", "9")
                            .hint()
                            .retryAfter())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "x-should-retry, true, true",
        "X-Should-Retry, FALSE, false",
        "Stripe-Should-Retry, false, false",
        "x-should-retry, 1,",
        "x-should-retry, '',",
    })
    void theServersWordOnSendingAgain(String name, String value, Boolean expected) {
        assertThat(Reply.of(500, name, value).hint().shouldRetry().orElse(null)).isEqualTo(expected);
    }

    @Test
    void ofContradictingWordsTheCautiousOneCounts() {
        assertThat(Reply.of(500, "x-should-retry", "false", "x-should-retry", "true")
                        .hint()
                        .shouldRetry())
                .hasValue(false);
    }

    @Test
    void limitsOfACachedResponseAreOfThePast() {
        Reply fresh = Reply.of(200, "X-RateLimit-Remaining", "0", "Retry-After", "5");

        assertThat(fresh.with("Age", "0").hint().limits()).hasSize(1);
        assertThat(fresh.with("Age", "x").hint().limits()).hasSize(1);
        assertThat(fresh.with("Age", "1").hint().limits()).isEmpty();
        assertThat(fresh.with("Age", "1").hint().retryAfter()).hasValue(Duration.ofSeconds(5));
    }

    @Nested
    class Drafts {

        @Test
        void threeFieldsAreOf00To06() {
            assertThat(Reply.of(
                                    200,
                                    "RateLimit-Limit",
                                    "100, 100;w=60;burst=1000;comment=\"a, b\", 5000 ; window=3600",
                                    "RateLimit-Remaining",
                                    "50",
                                    "RateLimit-Reset",
                                    "44")
                            .hint()
                            .limits())
                    .containsExactly(limit(null, 100L, 50L, 44, 60), limit(null, 5000L, null, -1, 3600));
        }

        @Test
        void aDictionaryIsOf07() {
            assertThat(Reply.of(200, "RateLimit", "limit=100, remaining=50, reset=5", "RateLimit-Policy", "100;w=10")
                            .limit())
                    .isEqualTo(limit(null, 100L, 50L, 5, 10));
            assertThat(Reply.of(200, "RateLimit", "limit=100,reset=5").limit())
                    .isEqualTo(limit(null, 100L, null, 5, -1));
            assertThat(Reply.of(200, "RateLimit", "limit=100", "RateLimit", "remaining=1", "RateLimit", "reset=2.5")
                            .limit())
                    .isEqualTo(new LimitHint(null, 100L, 1L, Duration.ofMillis(2500), null, "requests"));
        }

        @Test
        void namesAreOf08AndLater() {
            Reply reply = Reply.of(
                    200,
                    "RateLimit-Policy",
                    "\"hour\";q=1000;w=3600, \"day\";q=5000;w=86400;qu=\"content-bytes\"",
                    "RateLimit",
                    "\"day\";r=100;t=36000");

            assertThat(reply.hint().limits())
                    .containsExactly(
                            new LimitHint(
                                    "day", 5000L, 100L, Duration.ofHours(10), Duration.ofDays(1), "content-bytes"),
                            limit("hour", 1000L, null, -1, 3600));
        }

        @Test
        void listsMayBeSplitOverLines() {
            Reply reply = Reply.of(
                    200,
                    "RateLimit",
                    "\"a\";r=1;t=2",
                    "RateLimit-Policy",
                    "\"a\";q=10;w=5",
                    "RateLimit",
                    "\"b\";r=3;t=4",
                    "RateLimit-Policy",
                    "\"b\";q=20;w=6");

            assertThat(reply.hint().limits()).containsExactly(limit("a", 10L, 1L, 2, 5), limit("b", 20L, 3L, 4, 6));
        }

        @Test
        void tokensAndDisplayStringsAreNamesToo() {
            assertThat(Reply.of(200, "RateLimit", "quota;r=1;t=2").limit().name())
                    .isEqualTo("quota");
            assertThat(Reply.of(200, "RateLimit", "%\"%c3%bc\";r=1;t=2").limit().name())
                    .isEqualTo("\u00fc");
        }

        @Test
        void aMissingOrBadParameterIsUnknown() {
            assertThat(Reply.of(200, "RateLimit", "\"a\";t=2").limit()).isEqualTo(limit("a", null, null, 2, -1));
            assertThat(Reply.of(200, "RateLimit", "\"a\";r=-1;t=2").limit()).isEqualTo(limit("a", null, null, 2, -1));
            assertThat(Reply.of(200, "RateLimit", "\"a\";r=\"5\";t=2").limit())
                    .isEqualTo(limit("a", null, null, 2, -1));
            assertThat(Reply.of(200, "RateLimit", "\"a\";r=1;t=x").limit()).isEqualTo(limit("a", null, 1L, -1, -1));
            assertThat(Reply.of(200, "RateLimit-Policy", "\"a\";q=5;w=0").limit())
                    .isEqualTo(limit("a", 5L, null, -1, -1));
            assertThat(Reply.of(200, "RateLimit", "\"a\";r=x").hint()).isSameAs(RateLimitHint.none());
            assertThat(Reply.of(200, "RateLimit-Policy", "\"a\";w=5").hint()).isSameAs(RateLimitHint.none());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "\"a;r=0",
                    "\"a\";r=0,",
                    "\"a\" r=0",
                    "(\"a\");r=0",
                    "limit",
                    "\"a\";R=0",
                    "5;r=0, ?1;r=0"
                })
        void aMalformedFieldIsAsIfAbsent(String value) {
            assertThat(Reply.of(429, "RateLimit", value).hint().limits())
                    .allSatisfy(limit -> assertThat(limit.remaining()).isNull());
        }

        @Test
        void blanksInParametersAreLeftAlone() {
            assertThat(Reply.of(200, "RateLimit", "\"a\" ; r = 1 ; t = 2").limit())
                    .isEqualTo(limit("a", null, 1L, 2, -1));
        }

        @Test
        void anyPrefixIsAFamilyOfItsOwn() {
            Reply reply = Reply.of(
                    200,
                    "Beta-RateLimit-Policy",
                    "\"a\";q=65000;w=3600",
                    "Beta-RateLimit",
                    "\"a\";t=3200",
                    "RateLimit",
                    "\"a\";r=0;t=7");

            assertThat(reply.hint().limits())
                    .containsExactly(limit("a", 65000L, null, 3200, 3600), limit("a", null, 0L, 7, -1));
        }

        @Test
        void aPartitionTellsPoliciesOfOneNameApart() {
            Reply reply = Reply.of(
                    200,
                    "RateLimit-Policy",
                    "\"a\";q=1;pk=:AAAA:, \"a\";q=2;pk=:BBBB:",
                    "RateLimit",
                    "\"a\";r=1;pk=:BBBB:");

            assertThat(reply.hint().limits()).containsExactly(limit("a", 2L, 1L, -1, -1), limit("a", 1L, null, -1, -1));
        }

        @Test
        void aBareNumberIsALimit() {
            assertThat(Reply.of(200, "X-RateLimit", "700", "X-RateLimit-Remaining", "699")
                            .limit())
                    .isEqualTo(limit(null, 700L, 699L, -1, -1));
        }

        private static LimitHint limit(
                @Nullable String name, @Nullable Long limit, @Nullable Long left, int reset, int window) {
            return new LimitHint(name, limit, left, seconds(reset), seconds(window), "requests");
        }

        private static @Nullable Duration seconds(int length) {
            return length < 0 ? null : Duration.ofSeconds(length);
        }
    }

    @Nested
    class Covers {

        @Test
        void aNameIsKeyAndWords() {
            RateLimitHint hint = Reply.of(200, "X-RateLimit-Resource", "core").hint();

            assertThat(hint.partition()).hasValue("core");
            assertThat(hint.scope()).hasValue("core");
        }

        @Test
        void aBucketIsAKeyAndAKindIsWords() {
            RateLimitHint hint = Reply.of(429, "X-RateLimit-Bucket", "abcd", "X-RateLimit-Scope", "user")
                    .hint();

            assertThat(hint.partition()).hasValue("abcd");
            assertThat(hint.scope()).hasValue("user");
        }

        @Test
        void aGlobalLimitIsThatOfTheWholeApi() {
            RateLimitHint flag = Reply.of(429, "X-RateLimit-Bucket", "abcd", "X-RateLimit-Global", "true")
                    .hint();
            RateLimitHint kind = Reply.of(429, "X-RateLimit-Bucket", "abcd", "X-RateLimit-Scope", "global")
                    .hint();
            RateLimitHint not = Reply.of(429, "X-RateLimit-Bucket", "abcd", "X-RateLimit-Global", "false")
                    .hint();

            assertThat(flag.whole()).isTrue();
            assertThat(flag.scope()).hasValue("global");
            assertThat(kind.whole()).isTrue();
            assertThat(kind.scope()).hasValue("global");
            assertThat(not.partition()).hasValue("abcd");
            assertThat(not.whole()).isFalse();
        }

        @Test
        void contradictionsSayNothing() {
            assertThat(Reply.of(429, "X-RateLimit-Bucket", "a", "X-RateLimit-Bucket", "b", "X-RateLimit-Resource", "c")
                            .hint()
                            .partition())
                    .isEmpty();
            assertThat(Reply.of(429, "X-RateLimit-Scope", "a", "X-RateLimit-Scope", "b")
                            .hint()
                            .scope())
                    .isEmpty();
            assertThat(Reply.of(429, "X-RateLimit-Bucket", "a", "X-RateLimit-Bucket", "a")
                            .hint()
                            .partition())
                    .hasValue("a");
        }

        @Test
        void thePartitionOfTheExhaustedLimitsIsThePartition() {
            assertThat(partition("\"a\";r=0;pk=:AAAA:, \"b\";r=5;pk=:BBBB:")).isEqualTo("AAAA");
            assertThat(partition("\"a\";r=5;pk=:AAAA:, \"b\";r=5;pk=:AAAA:")).isEqualTo("AAAA");
            assertThat(partition("\"a\";r=5;pk=:AAAA:, \"b\";r=5;pk=:BBBB:")).isNull();
            assertThat(partition("\"a\";r=5;pk=:AAAA:, \"b\";r=5")).isNull();
            assertThat(Reply.of(200, "RateLimit", "\"a\";r=5", "RateLimit-Policy", "\"a\";q=9;pk=:AAAA:")
                            .hint()
                            .partition())
                    .hasValue("AAAA");
        }

        private static @Nullable String partition(String rateLimit) {
            return Reply.of(200, "RateLimit", rateLimit).hint().partition().orElse(null);
        }

        @Test
        void whatIsTooLongOrNotPrintableIsNone() {
            assertThat(Reply.of(200, "X-RateLimit-Bucket", "a".repeat(128))
                            .hint()
                            .partition())
                    .isPresent();
            assertThat(Reply.of(200, "X-RateLimit-Bucket", "a".repeat(129)).hint())
                    .isSameAs(RateLimitHint.none());
            assertThat(Reply.of(200, "X-RateLimit-Bucket", "a\u00e9").hint()).isSameAs(RateLimitHint.none());
            assertThat(Reply.of(200, "X-RateLimit-Bucket", "").hint()).isSameAs(RateLimitHint.none());
        }

        @Test
        void ofACachedResponseNothingIsSaid() {
            assertThat(Reply.of(200, "X-RateLimit-Bucket", "a", "X-RateLimit-Scope", "b", "Age", "1")
                            .hint())
                    .isSameAs(RateLimitHint.none());
        }
    }

    @Nested
    class ErrorCode {

        @Test
        void standsInAHeader() {
            assertThat(code("x-amzn-ErrorType", "com.amazon.coral#ThrottlingException:http://internal.amazon.com/"))
                    .isEqualTo("ThrottlingException");
            assertThat(code("mediawiki-api-error", "maxlag")).isEqualTo("maxlag");
            assertThat(code("MediaWiki-API-Error", "")).isNull();
        }

        private static @Nullable String code(String name, String value) {
            return Reply.of(400, name, value).hint().errorCode().orElse(null);
        }
    }

    @Nested
    class Limits {

        @Test
        void areGroupedByName() {
            assertThat(Reply.of(
                                    200,
                                    "x-ratelimit-limit-requests",
                                    "60",
                                    "x-ratelimit-limit-tokens",
                                    "150000",
                                    "x-ratelimit-remaining-tokens",
                                    "149984",
                                    "x-ratelimit-remaining-requests",
                                    "59",
                                    "x-ratelimit-reset-tokens",
                                    "6m0s")
                            .hint()
                            .limits())
                    .containsExactly(
                            new LimitHint("requests", 60L, 59L, null, null, "requests"),
                            new LimitHint("tokens", 150000L, 149984L, Duration.ofMinutes(6), null, "tokens"));
        }

        @ParameterizedTest
        @CsvSource({
            "second, PT1S",
            "minute, PT1M",
            "hour, PT1H",
            "day, PT24H",
            "daily, PT24H",
            "per-minute, PT1M",
            "week, PT168H",
            "month,",
            "minute-tokens,",
            "search,",
        })
        void aNameThatIsAUnitOfTimeIsTheWindow(String name, Duration window) {
            assertThat(Reply.of(200, "X-RateLimit-Limit-" + name, "5").limit().window())
                    .isEqualTo(window);
        }

        @ParameterizedTest
        @CsvSource({
            "tokens, tokens",
            "input-tokens, tokens",
            "complexity, complexity",
            "reads, requests",
            "user, requests"
        })
        void aNameMayTellTheUnit(String name, String unit) {
            assertThat(Reply.of(200, "X-RateLimit-Limit-" + name, "5").limit().unit())
                    .isEqualTo(unit);
        }

        @Test
        void aWindowMayHaveAFieldOfItsOwn() {
            assertThat(window("X-RateLimit-Period", "3600")).hasHours(1);
            assertThat(window("X-RateLimit-Interval", "10s")).hasSeconds(10);
            assertThat(window("X-RateLimit-Interval-Milliseconds", "1500")).hasMillis(1500);
            assertThat(window("X-RateLimit-Window", "0")).isNull();
        }

        private @Nullable Duration window(String name, String value) {
            return Reply.of(200, "X-RateLimit-Limit", "5", name, value).limit().window();
        }

        @Test
        void policiesGiveWindowsAndLimitsOfTheirOwn() {
            List<LimitHint> expected = List.of(
                    new LimitHint(null, 100L, 50L, Duration.ofSeconds(44), Duration.ofMinutes(1), "requests"),
                    new LimitHint(null, 5000L, null, null, Duration.ofHours(1), "requests"));

            assertThat(Reply.of(
                                    200,
                                    "RateLimit-Limit",
                                    "100, 100;w=60, 5000;w=3600",
                                    "RateLimit-Remaining",
                                    "50",
                                    "RateLimit-Reset",
                                    "44")
                            .hint()
                            .limits())
                    .isEqualTo(expected);
            assertThat(Reply.of(
                                    200,
                                    "RateLimit-Policy",
                                    "100;w=60, 5000;w=3600",
                                    "RateLimit-Limit",
                                    "100",
                                    "RateLimit-Remaining",
                                    "50",
                                    "RateLimit-Reset",
                                    "44")
                            .hint()
                            .limits())
                    .isEqualTo(expected);
        }

        @Test
        void aLimitMayCarryItsWindow() {
            assertThat(Reply.of(200, "ratelimit-limit", "100;w=21600", "ratelimit-remaining", "20;w=21600")
                            .limit())
                    .isEqualTo(new LimitHint(null, 100L, 20L, null, Duration.ofHours(6), "requests"));
        }

        @ParameterizedTest
        @CsvSource({"12.0, 12", "12.9, 12", "0.5, 0", "99999999999999999999, 1000000000000000"})
        void countersAreWholeAndBounded(String value, long count) {
            assertThat(Reply.of(200, "X-RateLimit-Remaining", value).limit().remaining())
                    .isEqualTo(count);
        }

        @Test
        void belowZeroIsNothingOnARefusalAndUnknownElse() {
            assertThat(Reply.of(429, "X-RateLimit-Remaining", "-1").limit().remaining())
                    .isZero();
            assertThat(Reply.of(200, "X-RateLimit-Remaining", "-1").hint().limits())
                    .isEmpty();
            assertThat(Reply.of(429, "X-RateLimit-Remaining", "-").hint().limits())
                    .isEmpty();
            assertThat(Reply.of(429, "X-RateLimit-Limit", "-1").hint().limits()).isEmpty();
        }

        @Test
        void whatIsUsedTellsWhatRemains() {
            assertThat(Reply.of(200, "X-RateLimit-Limit", "10", "X-RateLimit-Used", "4")
                            .limit()
                            .remaining())
                    .isEqualTo(6);
            assertThat(Reply.of(200, "X-RateLimit-Limit", "10", "X-RateLimit-Used", "14")
                            .limit()
                            .remaining())
                    .isZero();
            assertThat(Reply.of(200, "RateLimit-Limit", "60", "RateLimit-Observed", "67", "RateLimit-Remaining", "33")
                            .limit()
                            .remaining())
                    .isEqualTo(33);
        }

        /** The limiter would take it for a limit that it knows. */
        @Test
        void whatIsUsedOfNobodyKnowsHowManyRequestsIsNoLimit() {
            assertThat(Reply.of(200, "X-RateLimit-Used", "5").hint()).isSameAs(RateLimitHint.none());
            assertThat(Reply.of(200, "X-RateLimit-Limit-Tokens", "many").hint()).isSameAs(RateLimitHint.none());
            assertThat(Reply.of(200, "X-RateLimit-Interval", "5").hint()).isSameAs(RateLimitHint.none());
            assertThat(Reply.of(200, "X-App-Rate-Limit-Count", "1:10").hint()).isSameAs(RateLimitHint.none());
            assertThat(Reply.of(200, "X-MBX-USED-WEIGHT-1M", "5").limit().used())
                    .isEqualTo(5);
        }

        @Test
        void resetAfterNeedsNoClockAndGoesFirst() {
            assertThat(Reply.of(200, "X-RateLimit-Reset", "1767225610", "X-RateLimit-Reset-After", "9.25")
                            .limit()
                            .resetAfter())
                    .isEqualTo(Duration.ofMillis(9250));
        }

        @Test
        void repeatedOrJoinedLinesAreSeveralLimits() {
            List<LimitHint> expected = List.of(
                    new LimitHint(null, 1000L, 998L, Duration.ofHours(1), null, "requests"),
                    new LimitHint(null, 10L, 0L, Duration.ofSeconds(6), null, "requests"));

            assertThat(Reply.of(
                                    429,
                                    "X-RateLimit-Limit",
                                    "1000",
                                    "X-RateLimit-Limit",
                                    "10",
                                    "X-RateLimit-Remaining",
                                    "998",
                                    "X-RateLimit-Remaining",
                                    "0",
                                    "X-RateLimit-Reset",
                                    "3600",
                                    "X-RateLimit-Reset",
                                    "6")
                            .hint()
                            .limits())
                    .isEqualTo(expected);
            assertThat(Reply.of(
                                    429,
                                    "X-RateLimit-Limit",
                                    "1000, 10",
                                    "X-RateLimit-Remaining",
                                    "998, 0",
                                    "X-RateLimit-Reset",
                                    "3600, 6")
                            .hint()
                            .limits())
                    .isEqualTo(expected);
        }

        @Test
        void familiesThatAgreeAreOneLimit() {
            assertThat(Reply.of(
                                    200,
                                    "X-Rate-Limit-Remaining",
                                    "699",
                                    "RateLimit-Limit",
                                    "700",
                                    "RateLimit-Remaining",
                                    "699",
                                    "RateLimit-Reset",
                                    "41")
                            .limit())
                    .isEqualTo(new LimitHint(null, 700L, 699L, Duration.ofSeconds(41), null, "requests"));
        }

        @Test
        void familiesThatDifferAreTwo() {
            assertThat(Reply.of(200, "X-RateLimit-Remaining", "5", "Vendor-RateLimit-Remaining", "7")
                            .hint()
                            .limits())
                    .extracting(LimitHint::remaining)
                    .containsExactly(5L, 7L);
        }
    }
}
