package dev.headway.jdk;

import dev.headway.Headway;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Passes everything on to another builder, and wraps what that one builds. */
final class HeadwayBuilder implements HttpClient.Builder {

    private final HttpClient.Builder builder;
    private final Headway headway;

    HeadwayBuilder(HttpClient.Builder builder, Headway headway) {
        if (builder instanceof HeadwayBuilder) {
            throw new IllegalArgumentException("The builder's clients are wrapped already.");
        }
        this.builder = Objects.requireNonNull(builder, "builder");
        this.headway = Objects.requireNonNull(headway, "headway");
    }

    @Override
    public HttpClient.Builder cookieHandler(CookieHandler cookieHandler) {
        builder.cookieHandler(cookieHandler);
        return this;
    }

    @Override
    public HttpClient.Builder connectTimeout(Duration duration) {
        builder.connectTimeout(duration);
        return this;
    }

    @Override
    public HttpClient.Builder sslContext(SSLContext sslContext) {
        builder.sslContext(sslContext);
        return this;
    }

    @Override
    public HttpClient.Builder sslParameters(SSLParameters sslParameters) {
        builder.sslParameters(sslParameters);
        return this;
    }

    @Override
    public HttpClient.Builder executor(Executor executor) {
        builder.executor(executor);
        return this;
    }

    @Override
    public HttpClient.Builder followRedirects(HttpClient.Redirect policy) {
        builder.followRedirects(policy);
        return this;
    }

    @Override
    public HttpClient.Builder version(HttpClient.Version version) {
        builder.version(version);
        return this;
    }

    @Override
    public HttpClient.Builder priority(int priority) {
        builder.priority(priority);
        return this;
    }

    @Override
    public HttpClient.Builder proxy(ProxySelector proxySelector) {
        builder.proxy(proxySelector);
        return this;
    }

    @Override
    public HttpClient.Builder authenticator(Authenticator authenticator) {
        builder.authenticator(authenticator);
        return this;
    }

    /** Overrides from Java 19 on. */
    public HttpClient.Builder localAddress(InetAddress localAddress) {
        NewerJava.localAddress(builder, localAddress);
        return this;
    }

    @Override
    public HeadwayHttpClient build() {
        return HeadwayHttpClient.wrap(builder.build(), headway);
    }
}
