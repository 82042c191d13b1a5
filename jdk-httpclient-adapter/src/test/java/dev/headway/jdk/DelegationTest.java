package dev.headway.jdk;

import static dev.headway.jdk.Fixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.Headway;
import dev.headway.testkit.ScriptedServer;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.Authenticator;
import java.net.CookieManager;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class DelegationTest {

    @RegisterExtension
    final Fixture with = new Fixture();

    @StartStop
    private final MockWebServer webSockets = new MockWebServer();

    @Test
    void propertiesAreTheWrappedClients() throws Exception {
        HttpClient own = HttpClient.newBuilder()
                .authenticator(new Authenticator() {})
                .connectTimeout(Duration.ofSeconds(7))
                .cookieHandler(new CookieManager())
                .executor(Runnable::run)
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .proxy(ProxySelector.of(null))
                .sslContext(SSLContext.getDefault())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        HttpClient client = HeadwayHttpClient.wrap(own, Headway.create());

        assertThat(client.authenticator()).isPresent().isEqualTo(own.authenticator());
        assertThat(client.connectTimeout()).isPresent().isEqualTo(own.connectTimeout());
        assertThat(client.cookieHandler()).isPresent().isEqualTo(own.cookieHandler());
        assertThat(client.executor()).isPresent().isEqualTo(own.executor());
        assertThat(client.followRedirects()).isEqualTo(HttpClient.Redirect.ALWAYS);
        assertThat(client.proxy()).isPresent().isEqualTo(own.proxy());
        assertThat(client.sslContext()).isSameAs(own.sslContext());
        assertThat(client.sslParameters().getProtocols())
                .isEqualTo(own.sslParameters().getProtocols());
        assertThat(client.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(client).hasToString("HeadwayHttpClient[" + own + "]");
    }

    /** Also what a later Java may add: whatever is not overridden answers for itself instead of the wrapped client. */
    @Test
    void everyMethodOfAClientIsOverridden() {
        List<String> forgotten = new ArrayList<>();
        for (Method method : HttpClient.class.getMethods()) {
            boolean own = method.getDeclaringClass() == HttpClient.class && !Modifier.isStatic(method.getModifiers());
            if (own && !overridden(method)) {
                forgotten.add(method.toString());
            }
        }
        assertThat(forgotten).isEmpty();
    }

    private static boolean overridden(Method method) {
        return Arrays.stream(HeadwayHttpClient.class.getDeclaredMethods())
                .anyMatch(own -> own.getName().equals(method.getName())
                        && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }

    @Test
    void webSocketOpens() throws Exception {
        webSockets.enqueue(new MockResponse.Builder()
                .webSocketUpgrade(new WebSocketListener() {
                    @Override
                    public void onMessage(okhttp3.WebSocket webSocket, String text) {
                        webSocket.send("echo " + text);
                    }
                })
                .build());
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();

        WebSocket webSocket = with.client()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + webSockets.getPort() + "/"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket open, CharSequence data, boolean last) {
                        messages.add(data.toString());
                        return null;
                    }
                })
                .get();
        webSocket.sendText("hello", true).get();

        assertThat(messages.take()).isEqualTo("echo hello");
        webSocket.abort();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_25)
    void connectionLabelIsTheClients() throws Exception {
        ScriptedServer server = with.server(Fixture.BUSY, Fixture.OK);

        HttpResponse<String> response = with.client().send(get(server), BodyHandlers.ofString());

        assertThat(response).isInstanceOf(DeliveredResponse.class);
        assertThat(((DeliveredResponse<String>) response).connectionLabel()).isPresent();
        assertThat(HttpResponse.class.getMethod("connectionLabel").invoke(response))
                .isEqualTo(((DeliveredResponse<String>) response).connectionLabel());
    }

    @Test
    void moduleExportsItsOnePackageAndNeedsLittle() {
        ModuleDescriptor module = HeadwayHttpClient.class.getModule().getDescriptor();

        assertThat(module.name()).isEqualTo("dev.headway.jdk");
        assertThat(module.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactly("dev.headway.jdk");
        assertThat(module.requires())
                .extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder("java.base", "dev.headway", "java.net.http", "org.jspecify", "org.slf4j");
    }
}
