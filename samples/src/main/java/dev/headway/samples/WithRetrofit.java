package dev.headway.samples;

import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.IdempotencyKey;
import dev.headway.TokenBucket;
import dev.headway.okhttp.HeadwayCallFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.ResponseBody;
import retrofit2.Retrofit;
import retrofit2.http.Body;
import retrofit2.http.GET;
import retrofit2.http.POST;
import retrofit2.http.Path;
import retrofit2.http.Tag;

/** Retrofit, and a limit that the API's documentation tells. Calls that wait hold no thread and no place in the dispatcher. */
public final class WithRetrofit {

    private static final int CALLS = 60;

    interface Things {

        @GET("things/{id}")
        CompletableFuture<ResponseBody> thing(@Path("id") int id);

        /** A call with options of its own. */
        @POST("orders")
        CompletableFuture<ResponseBody> order(@Body RequestBody order, @Tag CallOptions options);
    }

    private WithRetrofit() {}

    /**
     * Runs.
     *
     * @param arguments an API; none for one of its own
     */
    public static void main(String... arguments) throws Exception {
        Sample.run(WithRetrofit::run, arguments);
    }

    static Tally run(URI api) {
        Tally tally = new Tally();
        Headway headway = Headway.builder()
                .limit(TokenBucket.perSecond(50).burst(20))
                .listener(tally)
                .build();
        OkHttpClient client = new OkHttpClient();
        Things things = new Retrofit.Builder()
                .baseUrl(api.toString())
                .callFactory(HeadwayCallFactory.of(client, headway))
                .build()
                .create(Things.class);

        List<CompletableFuture<ResponseBody>> calls = new ArrayList<>();
        for (int i = 1; i < CALLS; i++) {
            calls.add(things.thing(i));
        }
        // The server takes the key for the same order, so the POST may be sent again; and it goes before all that wait.
        CallOptions urgent = CallOptions.builder()
                .idempotencyKey(IdempotencyKey.header("Idempotency-Key", () -> "order-1"))
                .priority(100)
                .build();
        calls.add(things.order(RequestBody.create("{\"thing\": 1}", MediaType.get("application/json")), urgent));

        // Anything but a 2xx ends in an HttpException.
        calls.forEach(call -> call.thenRun(() -> tally.successIf(true)).join());
        client.dispatcher().executorService().shutdown();
        return tally;
    }
}
