package dev.headway.demo;

import dev.headway.Headway;
import dev.headway.TokenBucket;
import dev.headway.okhttp.HeadwayInterceptor;
import dev.headway.timeline.TimelineRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Calls a URL some times and writes how that went. */
final class OwnRun {

    public static void main(String... args) throws IOException {
        Request request = new Request.Builder().url(args[0]).build();
        Path page = Path.of(args[1]);

        TokenBucket limit = TokenBucket.perSecond(50).burst(5);
        TimelineRecorder timeline = TimelineRecorder.create();
        timeline.told(limit); // so that the page shows it; events do not tell it
        Headway api = Headway.builder().limit(limit).listener(timeline).build();

        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(HeadwayInterceptor.of(api))
                .build();
        for (int i = 0; i < 20; i++) {
            try (Response response = http.newCall(request).execute()) {
                System.out.println(response.code());
            }
        }

        Files.writeString(page, timeline.html("Twenty calls"));
    }

    private OwnRun() {}
}
