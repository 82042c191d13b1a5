package dev.headway.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNullElse;

import dev.headway.Headway;
import dev.headway.jdk.HeadwayHttpClient;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The two paths of the JDK's client. */
final class JdkPaths implements Client {

    private final Path path;
    private final Setup setup;
    private final HeadwayHttpClient client;

    JdkPaths(Path path, Headway headway, Setup setup) {
        this.path = path;
        this.setup = setup;
        HttpClient.Builder builder = HttpClient.newBuilder();
        if (setup.tls() != null) {
            builder.sslContext(setup.tls().context()).version(HttpClient.Version.HTTP_2);
        }
        if (setup.redirected()) {
            builder.followRedirects(HttpClient.Redirect.NORMAL);
        }
        client = HeadwayHttpClient.wrap(builder.build(), headway);
    }

    @Override
    public Ongoing begin(ApiRequest request, URI url) {
        HttpRequest sent = request(request, url);
        HeadwayHttpClient ofPolicy = request.policy() != null ? client.with(request.policy()) : client;
        HeadwayHttpClient own = request.options() != null ? ofPolicy.with(request.options()) : ofPolicy;
        if (path.blocking()) {
            return Ongoing.onOwnThread(() -> result(own.send(sent, BodyHandlers.ofString(ISO_8859_1))), () -> {
                throw new UnsupportedOperationException();
            });
        }
        CompletableFuture<HttpResponse<String>> future = own.sendAsync(sent, BodyHandlers.ofString(ISO_8859_1));
        CompletableFuture<Result> end = new CompletableFuture<>();
        CompletionStage<HttpResponse<String>> stage = future;
        stage.whenComplete((response, thrown) -> {
            if (thrown != null) {
                // The client's own future wraps as well.
                end.completeExceptionally(
                        thrown instanceof CompletionException wrapped
                                ? requireNonNullElse(wrapped.getCause(), wrapped)
                                : thrown);
            } else {
                end.complete(result(response));
            }
        });
        return new Ongoing(end, () -> future.cancel(true), () -> {
            throw new UnsupportedOperationException();
        });
    }

    private HttpRequest request(ApiRequest request, URI url) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(url).method(request.method(), body(request));
        request.headers().forEach(builder::header);
        if (setup.timeout() != null) {
            builder.timeout(setup.timeout());
        }
        return builder.build();
    }

    private static BodyPublisher body(ApiRequest request) {
        byte[] bytes = request.body().text().getBytes(ISO_8859_1);
        return switch (request.body().kind()) {
            case NONE -> BodyPublishers.noBody();
            case STRING -> BodyPublishers.ofString(request.body().text(), ISO_8859_1);
            case BYTES -> BodyPublishers.ofByteArray(bytes);
            case FILE -> file(request.body().text());
            case ONE_SHOT -> BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
        };
    }

    private static BodyPublisher file(String text) {
        try {
            return BodyPublishers.ofFile(BodyFile.of(text));
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Result result(HttpResponse<String> response) {
        return new Result(
                response.statusCode(),
                response.body(),
                response.version() == HttpClient.Version.HTTP_2,
                HeadwayHttpClient.trace(response));
    }

    /** The client does not tell. */
    @Override
    public int leakedConnections() {
        return 0;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
