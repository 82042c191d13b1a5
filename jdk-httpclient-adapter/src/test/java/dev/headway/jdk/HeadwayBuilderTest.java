package dev.headway.jdk;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.Headway;
import dev.headway.testkit.ScriptedServer;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HeadwayBuilderTest {

    @RegisterExtension
    final Fixture with = new Fixture();

    @ParameterizedTest
    @EnumSource
    void clientOfTheBuilderSendsRefusedCallsAgain(Way way) throws Exception {
        ScriptedServer server = with.server(Fixture.BUSY, Fixture.OK);
        HttpClient client = HeadwayHttpClient.newBuilder(Fixture.headway(with.moving(), 3))
                .version(HttpClient.Version.HTTP_1_1)
                .build();

        HttpResponse<String> response = way.call(client, Fixture.get(server), BodyHandlers.ofString());

        assertThat(client).isInstanceOf(HeadwayHttpClient.class);
        assertThat(Fixture.statuses(response)).containsExactly(429, 200);
    }

    /** All that the Java at hand has: what is not overridden would set nothing, or throw. */
    @Test
    void everyMethodIsPassedOnAndReturnsTheBuilder() throws Exception {
        Map<Class<?>, Object> arguments = Map.of(
                CookieHandler.class,
                new CookieManager(),
                Duration.class,
                Duration.ofSeconds(7),
                SSLContext.class,
                SSLContext.getDefault(),
                SSLParameters.class,
                new SSLParameters(),
                Executor.class,
                (Executor) Runnable::run,
                HttpClient.Redirect.class,
                HttpClient.Redirect.ALWAYS,
                HttpClient.Version.class,
                HttpClient.Version.HTTP_1_1,
                int.class,
                5,
                ProxySelector.class,
                ProxySelector.of(null),
                InetAddress.class,
                InetAddress.getLoopbackAddress());
        List<String> passed = new ArrayList<>();
        HttpClient.Builder recording = (HttpClient.Builder) Proxy.newProxyInstance(
                HttpClient.Builder.class.getClassLoader(),
                new Class<?>[] {HttpClient.Builder.class},
                (proxy, method, given) -> {
                    passed.add(method.getName() + " " + List.of(given));
                    return proxy;
                });
        HttpClient.Builder builder = HeadwayHttpClient.builder(recording, Headway.create());
        List<String> called = new ArrayList<>();

        for (Method method : HttpClient.Builder.class.getMethods()) {
            if (method.getParameterCount() == 1) {
                Class<?> type = method.getParameterTypes()[0];
                Object argument = type == Authenticator.class ? new Named() : requireNonNull(arguments.get(type));
                called.add(method.getName() + " " + List.of(argument));
                assertThat(method.invoke(builder, argument)).isSameAs(builder);
            }
        }

        assertThat(called).hasSizeGreaterThanOrEqualTo(10);
        assertThat(passed).isEqualTo(called);
    }

    private static final class Named extends Authenticator {
        @Override
        public String toString() {
            return "authenticator";
        }
    }

    @Test
    void builderIsOverOneThatIsSetAlready() {
        HttpClient.Builder own = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3));

        HttpClient client =
                HeadwayHttpClient.builder(own, Headway.create()).priority(1).build();

        assertThat(client.connectTimeout()).hasValue(Duration.ofSeconds(3));
    }

    @Test
    void eachBuildGivesAClientOfItsOwn() {
        HttpClient.Builder builder = HeadwayHttpClient.newBuilder(Headway.create());

        HttpClient one = builder.build();
        HttpClient other = builder.version(HttpClient.Version.HTTP_1_1).build();

        assertThat(one).isNotSameAs(other);
        assertThat(one.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(other.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_19)
    void localAddressIsUsed() throws Exception {
        ScriptedServer server = with.server(
                socket -> ScriptedServer.status(200, socket.getInetAddress().getHostAddress())
                        .to(socket));
        HttpClient.Builder builder = HeadwayHttpClient.newBuilder(Headway.create());
        Method localAddress = HttpClient.Builder.class.getMethod("localAddress", InetAddress.class);

        localAddress.invoke(builder, InetAddress.getByName("127.0.0.2"));

        assertThat(builder.build()
                        .send(Fixture.get(server), BodyHandlers.ofString())
                        .body())
                .isEqualTo("127.0.0.2");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_18)
    void localAddressIsRefusedWhereJavaHasNone() {
        HeadwayBuilder builder = new HeadwayBuilder(HttpClient.newBuilder(), Headway.create());

        assertThatThrownBy(() -> builder.localAddress(InetAddress.getLoopbackAddress()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void builderOfWrappedClientsIsRefused() {
        HttpClient.Builder wrapped = HeadwayHttpClient.newBuilder(Headway.create());

        assertThatThrownBy(() -> HeadwayHttpClient.builder(wrapped, Headway.create()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
