package dev.headway.samples;

import dev.headway.Headway;
import dev.headway.TokenBucket;
import dev.headway.jdk.HeadwayHttpClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Spring's RestClient: eight threads that post, as fast as the limit allows. In an application all but the calls is a bean. */
public final class WithSpring {

    private static final int CALLS = 60;
    private static final int THREADS = 8;

    private WithSpring() {}

    /**
     * Runs.
     *
     * @param arguments an API; none for one of its own
     */
    public static void main(String... arguments) throws Exception {
        Sample.run(WithSpring::run, arguments);
    }

    static Tally run(URI api) throws Exception {
        Tally tally = new Tally();
        Headway headway = Headway.builder()
                .limit(TokenBucket.perSecond(50).burst(20))
                .listener(tally)
                .build();
        HttpClient client = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), headway);
        RestClient rest = RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory(client))
                .baseUrl(api)
                .build();

        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<?> call : threads.invokeAll(Collections.nCopies(CALLS, post(rest, tally)))) {
                call.get();
            }
        } finally {
            threads.shutdown();
        }
        return tally;
    }

    private static Callable<ResponseEntity<Void>> post(RestClient rest, Tally tally) {
        return () -> {
            // Anything but a 2xx is thrown.
            ResponseEntity<Void> answer = rest.post()
                    .uri("things")
                    .contentType(MediaType.APPLICATION_JSON)
                    .body("{\"colour\": \"green\"}")
                    .retrieve()
                    .toBodilessEntity();
            tally.successIf(true);
            return answer;
        };
    }
}
