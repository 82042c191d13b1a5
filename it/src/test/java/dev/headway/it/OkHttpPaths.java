package dev.headway.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.headway.CallOptions;
import dev.headway.Headway;
import dev.headway.RetryPolicy;
import dev.headway.okhttp.HeadwayCallFactory;
import dev.headway.okhttp.HeadwayInterceptor;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** The paths of OkHttp: through an interceptor and through a call factory. */
final class OkHttpPaths implements Client {

    /** More than any test enqueues: a call that waits in the interceptor keeps its slot. */
    private static final int SLOTS = 256;

    private final Path path;
    private final OkHttpClient client;
    private final @Nullable HeadwayCallFactory factory;

    OkHttpPaths(Path path, Headway headway, Setup setup) {
        this.path = path;
        OkHttpClient.Builder builder = new OkHttpClient.Builder().retryOnConnectionFailure(setup.repeats());
        if (!path.factory()) {
            builder.addInterceptor(HeadwayInterceptor.of(headway));
        }
        if (setup.timeout() != null) {
            builder.readTimeout(setup.timeout());
        }
        if (setup.tls() != null) {
            builder.sslSocketFactory(
                    setup.tls().context().getSocketFactory(), setup.tls().trust());
            builder.protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
        }
        client = builder.build();
        client.dispatcher().setMaxRequests(SLOTS);
        client.dispatcher().setMaxRequestsPerHost(SLOTS);
        factory = path.factory() ? HeadwayCallFactory.of(client, headway) : null;
    }

    @Override
    public Ongoing begin(ApiRequest request, URI url) {
        Call.Factory calls = factory != null ? factory : client;
        Call call = calls.newCall(request(request, url));
        if (path.blocking()) {
            return Ongoing.onOwnThread(() -> result(call.execute()), call::cancel);
        }
        CompletableFuture<Result> end = new CompletableFuture<>();
        call.enqueue(new Callback() {
            @Override
            public void onFailure(Call failed, IOException e) {
                end.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call answered, Response response) throws IOException {
                end.complete(result(response));
            }
        });
        return new Ongoing(end, call::cancel, () -> {
            throw new UnsupportedOperationException();
        });
    }

    private static Request request(ApiRequest request, URI url) {
        Request.Builder builder = new Request.Builder().url(url.toString()).method(request.method(), body(request));
        request.headers().forEach(builder::header);
        if (request.options() != null) {
            builder.tag(CallOptions.class, request.options());
        }
        if (request.policy() != null) {
            builder.tag(RetryPolicy.class, request.policy());
        }
        return builder.build();
    }

    private static @Nullable RequestBody body(ApiRequest request) {
        MediaType type = MediaType.get("text/plain; charset=iso-8859-1");
        String text = request.body().text();
        return switch (request.body().kind()) {
            case NONE -> null;
            case STRING -> RequestBody.create(text, type);
            case BYTES -> RequestBody.create(text.getBytes(ISO_8859_1), type);
            case FILE -> RequestBody.create(BodyFile.of(text).toFile(), type);
            case ONE_SHOT -> new OneShot(type, text);
        };
    }

    private static Result result(Response response) throws IOException {
        try (response) {
            return new Result(
                    response.code(),
                    new String(response.body().bytes(), ISO_8859_1),
                    response.protocol() == Protocol.HTTP_2,
                    HeadwayInterceptor.trace(response));
        }
    }

    @Override
    public int leakedConnections() {
        // Not the difference of all and the idle ones: the client closes idle ones in between, on a thread of its own.
        client.connectionPool().evictAll();
        return client.connectionPool().connectionCount();
    }

    @Override
    public void close() {
        if (factory != null) {
            factory.cancelAll();
        }
        client.dispatcher().cancelAll();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private static final class OneShot extends RequestBody {

        private final MediaType type;
        private final String text;

        OneShot(MediaType type, String text) {
            this.type = type;
            this.text = text;
        }

        @Override
        public MediaType contentType() {
            return type;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(text.getBytes(ISO_8859_1));
        }
    }
}
