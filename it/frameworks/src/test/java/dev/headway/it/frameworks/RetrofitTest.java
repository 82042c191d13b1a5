package dev.headway.it.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.RetryPolicy;
import dev.headway.okhttp.HeadwayCallFactory;
import dev.headway.okhttp.HeadwayInterceptor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Response;
import retrofit2.Retrofit;
import retrofit2.http.GET;
import retrofit2.http.Tag;

/** Retrofit has no retry of its own. */
class RetrofitTest extends FrameworkTest {

    interface Things {

        @GET("things")
        Call<ResponseBody> all();

        @GET("things")
        Call<ResponseBody> all(@Tag RetryPolicy policy);
    }

    enum Way {
        INTERCEPTOR,
        CALL_FACTORY
    }

    private Things things(Way way) {
        Retrofit.Builder retrofit = new Retrofit.Builder().baseUrl(url());
        Retrofit.Builder plugged = switch (way) {
            case INTERCEPTOR -> retrofit.client(okHttpClient());
            case CALL_FACTORY -> retrofit.callFactory(HeadwayCallFactory.of(new OkHttpClient(), headway));
        };
        return plugged.build().create(Things.class);
    }

    @ParameterizedTest
    @EnumSource
    void executedCallIsSentAgain(Way way) throws Exception {
        refuseThenAnswer(JSON, "[1]");

        Response<ResponseBody> response = things(way).all().execute();

        assertThat(text(response)).isEqualTo("[1]");
        assertThat(HeadwayInterceptor.trace(response.raw()).attempts()).hasSize(2);
        assertSentAgainByHeadway();
    }

    @ParameterizedTest
    @EnumSource
    void enqueuedCallIsSentAgain(Way way) throws Exception {
        refuseThenAnswer(JSON, "[1]");

        Response<ResponseBody> response = enqueue(things(way).all());

        assertThat(text(response)).isEqualTo("[1]");
        assertThat(HeadwayInterceptor.trace(response.raw()).attempts()).hasSize(2);
        assertSentAgainByHeadway();
    }

    @ParameterizedTest
    @EnumSource
    void callBringsItsPolicyAsATag(Way way) throws Exception {
        answerAlways(REFUSED);

        Response<ResponseBody> response = things(way).all(RetryPolicy.none()).execute();

        assertThat(response.code()).isEqualTo(REFUSED);
        assertSentOnce(REFUSED);
    }

    @Test
    void nobodyElseSendsAgain() throws Exception {
        answerAlways(BROKEN);

        assertThat(things(Way.INTERCEPTOR).all().execute().code()).isEqualTo(BROKEN);
        assertSentByHeadwayAlone(BROKEN);
    }

    private static String text(Response<ResponseBody> response) throws IOException {
        try (ResponseBody body = response.body()) {
            return body == null ? "" : body.string();
        }
    }

    private static <T> Response<T> enqueue(Call<T> call) throws Exception {
        CompletableFuture<Response<T>> end = new CompletableFuture<>();
        call.enqueue(new Callback<>() {
            @Override
            public void onResponse(Call<T> answered, Response<T> response) {
                end.complete(response);
            }

            @Override
            public void onFailure(Call<T> failed, Throwable thrown) {
                end.completeExceptionally(thrown);
            }
        });
        return end.get(30, TimeUnit.SECONDS);
    }
}
