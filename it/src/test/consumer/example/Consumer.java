package example;

import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.TokenBucket;
import dev.headway.jdk.HeadwayHttpClient;
import dev.headway.okhttp.HeadwayCallFactory;
import dev.headway.okhttp.HeadwayInterceptor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Calls a URL in each way that there is, and prints the modules and the answers. */
final class Consumer {

    private Consumer() {}

    public static void main(String[] args) throws Exception {
        Headway api = Headway.builder()
                .retry(RetryPolicy.standard())
                .limit(TokenBucket.perSecond(1000).burst(10))
                .build();
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(api))
                .build();
        HttpClient jdk = HeadwayHttpClient.wrap(HttpClient.newHttpClient(), api);

        System.out.println(Consumer.class.getModule() + ", " + Headway.class.getModule());
        call(http, args[0]);
        call(HeadwayCallFactory.of(new OkHttpClient(), api), args[0]);
        System.out.println(jdk.send(HttpRequest.newBuilder(URI.create(args[0])).build(), BodyHandlers.ofString())
                .statusCode());
    }

    private static void call(Call.Factory calls, String url) throws Exception {
        try (Response response =
                calls.newCall(new Request.Builder().url(url).build()).execute()) {
            System.out.println(response.code());
        }
    }
}
