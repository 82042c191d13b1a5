package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import dev.headway.Signal;
import dev.headway.spi.Execution;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-okhttp")
class OkHttpExchangeTest {

    private static final RequestBody TEXT = RequestBody.create("text", MediaType.get("text/plain"));

    @Test
    void urlForEventsHasNeitherCredentialsNorQueryNorFragment() throws IOException {
        OkHttpExchange exchange = exchange(request("https://user:secret@api.example.com:8443/a%20b/c?key=secret#part"));

        assertThat(exchange.url()).isEqualTo("https://api.example.com:8443/a%20b/c");
        assertThat(exchange.method()).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.example.com/a",
                "https://u@api.example.com/a",
                "https://:p@api.example.com/a",
                "https://api.example.com/a?",
                "https://api.example.com/a?k",
                "https://api.example.com/a#",
                "https://api.example.com/a#f"
            })
    void eachOfTheseIsLeftOutByItself(String url) throws IOException {
        assertThat(exchange(request(url)).url()).isEqualTo("https://api.example.com/a");
    }

    @Test
    void scopeIsTheOriginWithItsRealPort() throws IOException {
        assertThat(exchange(request("https://API.example.com/a")).scope())
                .isEqualTo(Scope.of("https://api.example.com:443"));
    }

    @Test
    void scopeOfTheLastOriginIsKept() {
        OriginScopes scopes = new OriginScopes();
        Scope first = scopes.of(HttpUrl.get("http://a.example/1"));

        assertThat(scopes.of(HttpUrl.get("http://a.example/2?x"))).isSameAs(first);
        assertThat(scopes.of(HttpUrl.get("https://a.example/"))).isNotEqualTo(first);
        assertThat(scopes.of(HttpUrl.get("http://a.example:81/"))).isNotEqualTo(first);
        assertThat(scopes.of(HttpUrl.get("http://b.example/"))).isNotEqualTo(first);
        assertThat(scopes.of(HttpUrl.get("http://a.example/"))).isEqualTo(first);
    }

    @Test
    void bodiesInMemoryAndNoBodyAreReplayable() throws IOException {
        assertThat(exchange(request("http://a.example/")).replayable()).isTrue();
        assertThat(exchange(post(TEXT)).replayable()).isTrue();
        assertThat(exchange(post(multipart(TEXT))).replayable()).isTrue();
    }

    @Test
    void oneShotAndDuplexBodiesAreNotReplayable() throws IOException {
        assertThat(exchange(post(new Streamed(true, false))).replayable()).isFalse();
        assertThat(exchange(post(new Streamed(false, true))).replayable()).isFalse();
        assertThat(exchange(post(new Streamed(false, false))).replayable()).isTrue();
    }

    @Test
    void multipartWithAOneShotPartIsNotReplayable() throws IOException {
        RequestBody inner = multipart(new Streamed(true, false));

        assertThat(exchange(post(inner)).replayable()).isFalse();
        assertThat(exchange(post(multipart(TEXT, inner))).replayable()).isFalse();
    }

    @Test
    void policyOfTheCallIsARequestTag() throws IOException {
        RetryPolicy none = RetryPolicy.none();

        assertThat(exchange(request("http://a.example/")).policy()).isNull();
        assertThat(exchange(new Request.Builder()
                                .url("http://a.example/")
                                .tag(RetryPolicy.class, none)
                                .build())
                        .policy())
                .isSameAs(none);
    }

    @Test
    void headersAreFoundInAnyCase() throws IOException {
        OkHttpExchange exchange = exchange(request("http://a.example/")
                .newBuilder()
                .header("idempotency-KEY", "1")
                .build());

        assertThat(exchange.hasHeader("Idempotency-Key")).isTrue();
        assertThat(exchange.hasHeader("Idempotency")).isFalse();
    }

    @Test
    void linesOfAHeaderAreListedInOrder() throws IOException {
        OkHttpExchange exchange = exchange(request("http://a.example/")
                .newBuilder()
                .addHeader("X-Api-Key", "b")
                .addHeader("x-api-key", "a")
                .build());

        assertThat(exchange.headers("x-API-key")).containsExactly("b", "a");
        assertThat(exchange.headers("X-Api")).isEmpty();
    }

    @Test
    void timeLeftIsTheCallTimeout() throws IOException {
        OkHttpClient limited =
                new OkHttpClient.Builder().callTimeout(Duration.ofMinutes(7)).build();

        assertThat(exchange(limited.newCall(request("http://a.example/")), limited)
                        .timeLeftNanos())
                .hasValue(Duration.ofMinutes(7).toNanos());
        assertThat(exchange(request("http://a.example/")).timeLeftNanos()).isEmpty();
    }

    @Test
    void timeLeftEndsAtTheCallsDeadline() throws IOException {
        OkHttpClient limited =
                new OkHttpClient.Builder().callTimeout(Duration.ofMinutes(7)).build();
        Call farDeadline = limited.newCall(request("http://a.example/"));
        farDeadline.timeout().deadline(10, TimeUnit.MINUTES);
        Call nearDeadline = limited.newCall(request("http://a.example/"));
        nearDeadline.timeout().deadline(5, TimeUnit.MINUTES);
        Call onlyDeadline = new OkHttpClient().newCall(request("http://a.example/"));
        onlyDeadline.timeout().deadline(5, TimeUnit.MINUTES);

        assertThat(exchange(farDeadline, limited).timeLeftNanos())
                .hasValue(Duration.ofMinutes(7).toNanos());
        assertThat(exchange(nearDeadline, limited).timeLeftNanos().orElseThrow())
                .isBetween(
                        Duration.ofMinutes(4).toNanos(), Duration.ofMinutes(5).toNanos());
        assertThat(exchange(onlyDeadline, limited).timeLeftNanos().orElseThrow())
                .isBetween(
                        Duration.ofMinutes(4).toNanos(), Duration.ofMinutes(5).toNanos());
    }

    @Test
    void responseThatNoServerSentIsLocal() throws IOException {
        OkHttpExchange exchange = exchange(request("http://a.example/"));

        assertThat(((Signal.Response) exchange.signalOf(made(request("http://a.example/")), begun(exchange))).local())
                .isTrue();
    }

    @Test
    void headerLinesComeInOrderAndRepeated() throws IOException {
        Response response = made(request("http://a.example/"))
                .newBuilder()
                .addHeader("RateLimit", "a")
                .addHeader("X-Other", "b")
                .addHeader("ratelimit", "c")
                .build();
        OkHttpExchange exchange = exchange(request("http://a.example/"));
        Signal.Response signal = (Signal.Response) exchange.signalOf(response, begun(exchange));
        List<String> lines = new ArrayList<>();

        signal.forEach((name, value) -> lines.add(name + "=" + value));

        assertThat(lines).containsExactly("RateLimit=a", "X-Other=b", "ratelimit=c");
        assertThat(signal.anyName(name -> name.startsWith("rate"))).isTrue();
        assertThat(signal.anyName(name -> name.startsWith("Retry"))).isFalse();
        assertThat(signal.status()).isEqualTo(200);
    }

    @Test
    void discardOfAResponseThatCanNotBeClosedThrowsNothing() throws IOException {
        OkHttpExchange exchange = exchange(request("http://a.example/"));
        Response broken = made(request("http://a.example/"))
                .newBuilder()
                .body(new ResponseBody() {
                    @Override
                    public MediaType contentType() {
                        return MediaType.get("text/plain");
                    }

                    @Override
                    public long contentLength() {
                        return 0;
                    }

                    @Override
                    public okio.BufferedSource source() {
                        throw new IllegalStateException("no source");
                    }
                })
                .build();

        exchange.discard(broken);
    }

    private static Execution begun(OkHttpExchange exchange) {
        return Headway.create().begin(exchange);
    }

    private static OkHttpExchange exchange(Request request) throws IOException {
        OkHttpClient client = new OkHttpClient();
        return exchange(client.newCall(request), client);
    }

    /** The exchange of a call that an interceptor answers itself. */
    private static OkHttpExchange exchange(Call call, OkHttpClient client) throws IOException {
        List<OkHttpExchange> exchanges = new ArrayList<>();
        OkHttpClient capturing = client.newBuilder()
                .addInterceptor(chain -> {
                    exchanges.add(new ChainExchange(chain, new OriginScopes()));
                    return made(chain.request());
                })
                .build();
        Call captured = capturing.newCall(call.request());
        if (call.timeout().hasDeadline()) {
            captured.timeout().deadlineNanoTime(call.timeout().deadlineNanoTime());
        }
        captured.timeout().timeout(call.timeout().timeoutNanos(), TimeUnit.NANOSECONDS);
        captured.execute().close();
        return exchanges.get(0);
    }

    private static Response made(Request request) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .body(ResponseBody.create("", MediaType.get("text/plain")))
                .build();
    }

    private static Request request(String url) {
        return new Request.Builder().url(url).build();
    }

    private static Request post(RequestBody body) {
        return request("http://a.example/").newBuilder().post(body).build();
    }

    private static RequestBody multipart(RequestBody... parts) {
        MultipartBody.Builder builder = new MultipartBody.Builder();
        for (RequestBody part : parts) {
            builder.addPart(part);
        }
        return builder.build();
    }

    private static final class Streamed extends RequestBody {

        private final boolean oneShot;
        private final boolean duplex;

        Streamed(boolean oneShot, boolean duplex) {
            this.oneShot = oneShot;
            this.duplex = duplex;
        }

        @Override
        public MediaType contentType() {
            return MediaType.get("text/plain");
        }

        @Override
        public boolean isOneShot() {
            return oneShot;
        }

        @Override
        public boolean isDuplex() {
            return duplex;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.writeUtf8("text");
        }
    }
}
