package dev.headway.benchmarks.goodput;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** What a strategy is given: where to call, what limit is written in the vendor's pages, and a client that counts. */
public final class Run {
    public final Case spec;
    public final String url;
    public final String key;
    public final AtomicInteger sent = new AtomicInteger();
    public final AtomicInteger accepted = new AtomicInteger();
    public final AtomicInteger rejected = new AtomicInteger();
    public final AtomicInteger other = new AtomicInteger();
    public final AtomicLong firstSent = new AtomicLong(Long.MAX_VALUE);

    public Run(Case spec, String url, String key) {
        this.spec = spec;
        this.url = url;
        this.key = key;
    }

    public void sending() {
        sent.incrementAndGet();
        long now = System.nanoTime();
        firstSent.updateAndGet(f -> f == Long.MAX_VALUE ? now : f);
    }

    public void answered(int status) {
        (status == 200 ? accepted : status == 429 ? rejected : other).incrementAndGet();
    }

    /** Every request that reaches the wire is counted, whoever sent it. */
    public OkHttpClient.Builder okHttp() {
        return new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(256, 1, TimeUnit.MINUTES))
                .readTimeout(30, TimeUnit.SECONDS)
                .addNetworkInterceptor(chain -> {
                    sending();
                    Response r = chain.proceed(chain.request());
                    answered(r.code());
                    return r;
                });
    }

    public Request request() {
        return new Request.Builder().url(url).header("X-Api-Key", key).build();
    }
}
