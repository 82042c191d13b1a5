package dev.headway.samples;

import dev.headway.Headway;
import dev.headway.jdk.HeadwayHttpClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** The JDK's client, and an API of which nothing is told: 60 calls at once, and those that wait hold no thread. */
public final class WithJdkClient {

    private static final int CALLS = 60;

    private WithJdkClient() {}

    /**
     * Runs.
     *
     * @param arguments an API; none for one of its own
     */
    public static void main(String... arguments) throws Exception {
        Sample.run(WithJdkClient::run, arguments);
    }

    static Tally run(URI api) {
        Tally tally = new Tally();
        Headway headway = Headway.builder().listener(tally).build();
        HttpClient client = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), headway);

        List<CompletableFuture<HttpResponse<String>>> calls = IntStream.range(0, CALLS)
                .mapToObj(i -> client.sendAsync(get(api.resolve("things/" + i)), BodyHandlers.ofString()))
                .toList();
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            tally.successIf(call.join().statusCode() == 200);
        }
        return tally;
    }

    private static HttpRequest get(URI url) {
        return HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build();
    }
}
