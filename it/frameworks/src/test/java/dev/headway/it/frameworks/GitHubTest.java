package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.headway.jdk.HeadwayHttpClient;
import java.io.IOException;
import java.net.http.HttpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubAbuseLimitHandler;
import org.kohsuke.github.GitHubBuilder;
import org.kohsuke.github.GitHubRateLimitHandler;
import org.kohsuke.github.HttpException;
import org.kohsuke.github.connector.GitHubConnector;
import org.kohsuke.github.extras.HttpClientGitHubConnector;
import org.kohsuke.github.extras.okhttp3.OkHttpGitHubConnector;

/** The GitHub client waits by itself, asleep, when a limit is reached, and then repeats. */
class GitHubTest extends FrameworkTest {

    enum Way {
        OKHTTP,
        JDK
    }

    private GitHub github(Way way) throws IOException {
        return new GitHubBuilder()
                .withConnector(connector(way))
                .withRateLimitHandler(GitHubRateLimitHandler.FAIL)
                .withAbuseLimitHandler(GitHubAbuseLimitHandler.FAIL)
                .withEndpoint(server.url("").toString())
                .build();
    }

    private GitHubConnector connector(Way way) {
        return switch (way) {
            case OKHTTP -> new OkHttpGitHubConnector(okHttpClient());
            case JDK -> new HttpClientGitHubConnector(HeadwayHttpClient.wrap(HttpClient.newHttpClient(), headway));
        };
    }

    @ParameterizedTest
    @EnumSource
    void refusedCallIsSentAgain(Way way) throws Exception {
        refuseThenAnswer(JSON, "{\"name\": \"things\", \"full_name\": \"me/things\"}");

        assertThat(github(way).getRepository("me/things").getName()).isEqualTo("things");
        assertSentAgainByHeadway();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyElseSendsARefusedCallAgain(Way way) throws Exception {
        answerAlways(REFUSED);
        GitHub github = github(way);

        assertThatExceptionOfType(HttpException.class)
                .isThrownBy(() -> github.getRepository("me/things"))
                .withMessage("Abuse limit reached");
        assertSentByHeadwayAlone(REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyElseSendsAFailedCallAgain(Way way) throws Exception {
        answerAlways(BROKEN);
        GitHub github = github(way);

        assertThatExceptionOfType(HttpException.class).isThrownBy(() -> github.getRepository("me/things"));
        assertSentByHeadwayAlone(BROKEN);
    }

    /** GitHub refuses in this way as well. */
    @ParameterizedTest
    @EnumSource
    void nobodyElseSendsAForbiddenCallAgain(Way way) throws Exception {
        answerAlways(FORBIDDEN);
        GitHub github = github(way);

        assertThatExceptionOfType(HttpException.class)
                .isThrownBy(() -> github.getRepository("me/things"))
                .withMessage("Abuse limit reached");
        assertSentByHeadwayAlone(FORBIDDEN);
    }
}
