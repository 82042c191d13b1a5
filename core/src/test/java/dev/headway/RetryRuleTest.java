package dev.headway;

import static dev.headway.RetryRule.causedBy;
import static dev.headway.RetryRule.errorCode;
import static dev.headway.RetryRule.errorKind;
import static dev.headway.RetryRule.failure;
import static dev.headway.RetryRule.failureThat;
import static dev.headway.RetryRule.header;
import static dev.headway.RetryRule.message;
import static dev.headway.RetryRule.response;
import static dev.headway.RetryRule.standard;
import static dev.headway.RetryRule.status;
import static dev.headway.RetryRule.statusBetween;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RetryRuleTest {

    private record Answer(int status, String name, String value) implements Signal.Response {
        @Override
        public boolean anyName(Predicate<? super String> test) {
            return test.test(name);
        }

        @Override
        public void forEach(BiConsumer<? super String, ? super String> visitor) {
            visitor.accept(name, value);
        }
    }

    private static boolean matches(RetryRule rule, int status) {
        return rule.matches(new Answer(status, "Server", "none"), RateLimitHint.none());
    }

    private static boolean matches(RetryRule rule, int status, String name, String value) {
        return rule.matches(new Answer(status, name, value), RateLimitHint.none());
    }

    private static boolean matches(RetryRule rule, Throwable thrown) {
        return rule.matches(new Signal.Failure(thrown, Evidence.UNKNOWN), RateLimitHint.none());
    }

    @Test
    void statuses() {
        assertThat(matches(status(409, 404), 404)).isTrue();
        assertThat(matches(status(409, 404), 405)).isFalse();
        assertThat(matches(statusBetween(500, 503), 500)).isTrue();
        assertThat(matches(statusBetween(500, 503), 503)).isTrue();
        assertThat(matches(statusBetween(500, 503), 504)).isFalse();
        assertThat(matches(status(404), new IOException())).isFalse();
        // No answer of ours has it, but an adapter's might.
        assertThat(matches(status(404), -1)).isFalse();
        assertThat(status(404).couldMatch(-1)).isFalse();
        assertThat(status(404).not().surelyMatches(-1)).isTrue();
    }

    @Test
    void codesAndKinds() {
        RateLimitHint busy = RateLimitHint.builder()
                .errorCode("Busy")
                .errorKind(ErrorKind.TRANSIENT)
                .build();
        Answer conflict = new Answer(409, "Server", "none");

        assertThat(errorCode("Busy", "Later").matches(conflict, busy)).isTrue();
        assertThat(errorCode("Later").matches(conflict, busy)).isFalse();
        assertThat(errorCode("Busy").matches(conflict, RateLimitHint.none())).isFalse();
        assertThat(errorKind(ErrorKind.TRANSIENT).matches(conflict, busy)).isTrue();
        assertThat(errorKind(ErrorKind.FATAL, ErrorKind.EXHAUSTED).matches(conflict, busy))
                .isFalse();
    }

    @Test
    void headersAndResponses() {
        assertThat(matches(header("x-maintenance"), 200, "X-Maintenance", "yes"))
                .isTrue();
        assertThat(matches(header("X-Other"), 200, "X-Maintenance", "yes")).isFalse();
        assertThat(matches(header("X-Maintenance", "yes"::equals), 200, "X-Maintenance", "no"))
                .isFalse();
        assertThat(matches(response(answer -> answer.status() == 202), 202)).isTrue();
        assertThat(matches(response(answer -> true), new IOException())).isFalse();
    }

    @Test
    void failures() {
        IOException caused = new IOException("reset by peer", new ConnectException("refused"));

        assertThat(matches(failure(), new IOException())).isTrue();
        assertThat(matches(failure(), 500)).isFalse();
        assertThat(matches(failure(SocketTimeoutException.class), new SocketTimeoutException()))
                .isTrue();
        assertThat(matches(failure(ConnectException.class), caused)).isFalse();
        assertThat(matches(causedBy(ConnectException.class), caused)).isTrue();
        assertThat(matches(causedBy(CertificateException.class), caused)).isFalse();
        assertThat(matches(message(Pattern.compile("reset|closed")), caused)).isTrue();
        assertThat(matches(message(Pattern.compile("reset")), new IOException()))
                .isFalse();
        assertThat(matches(failureThat(thrown -> thrown.getSuppressed().length == 0), caused))
                .isTrue();
    }

    @Test
    void aCircleOfCausesComesToAnEnd() {
        IOException one = new IOException("one");
        IOException other = new IOException("other", one);
        one.initCause(other);

        assertThat(matches(causedBy(CertificateException.class), one)).isFalse();
    }

    @Test
    void combined() {
        RetryRule rule = standard().or(status(404)).and(status(502).not());

        assertThat(matches(rule, 500)).isTrue();
        assertThat(matches(rule, 404)).isTrue();
        assertThat(matches(rule, 502)).isFalse();
        assertThat(matches(rule, 200)).isFalse();
        assertThat(matches(rule, new SocketTimeoutException())).isTrue();
        assertThat(rule).hasToString("((standard or status {404}) and not status {502})");
    }

    @Test
    void whatTheStatusAloneTells() {
        RetryRule rule = status(404).or(status(409).and(errorCode("Busy")));

        assertThat(rule.surelyMatches(404)).isTrue();
        assertThat(rule.surelyMatches(409)).isFalse();
        assertThat(rule.couldMatch(409)).isTrue();
        assertThat(rule.couldMatch(500)).isFalse();
        assertThat(rule.not().couldMatch(404)).isFalse();
        assertThat(rule.not().surelyMatches(500)).isTrue();
        // The body matters only where the status leaves it open.
        assertThat(rule.decidesByCode(409)).isTrue();
        assertThat(rule.decidesByCode(404)).isFalse();
        assertThat(rule.decidesByCode(500)).isFalse();
        assertThat(standard().couldMatch(200)).isFalse();
        assertThat(standard().couldMatch(404)).isTrue();
        assertThat(failure().couldMatch(500)).isFalse();
        assertThat(header("X").couldMatch(200)).isTrue();
        assertThat(errorCode("Busy").couldMatch(200)).isFalse();
    }

    @Test
    void whatMakesNoRuleIsRefused() {
        assertThatThrownBy(RetryRule::status).hasMessage("A rule of statuses needs at least one.");
        assertThatThrownBy(() -> status(99)).hasMessage("A status must be between 200 and 599, not 99.");
        assertThatThrownBy(() -> statusBetween(503, 500)).hasMessage("The last status (500) is below the first (503).");
        assertThatThrownBy(RetryRule::errorCode)
                .hasMessage("A rule of error codes needs at least one, and none may be blank.");
        assertThatThrownBy(() -> errorCode(" "))
                .hasMessage("A rule of error codes needs at least one, and none may be blank.");
        assertThatThrownBy(RetryRule::errorKind).hasMessage("A rule of kinds of errors needs at least one.");
        assertThatThrownBy(RetryRule::causedBy).hasMessage("A rule of causes needs at least one type.");
    }
}
