package dev.headway.jdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What newer versions of Java have: the client's builder from 19 on, the client from 21 on, its response from 25 on. Below, it
 * answers as a client that has nothing to end.
 */
final class NewerJava {

    private static final @Nullable MethodHandle LOCAL_ADDRESS =
            find(HttpClient.Builder.class, "localAddress", HttpClient.Builder.class, InetAddress.class);
    private static final @Nullable MethodHandle SHUTDOWN = find(HttpClient.class, "shutdown", void.class);
    private static final @Nullable MethodHandle SHUTDOWN_NOW = find(HttpClient.class, "shutdownNow", void.class);
    private static final @Nullable MethodHandle IS_TERMINATED = find(HttpClient.class, "isTerminated", boolean.class);
    private static final @Nullable MethodHandle AWAIT_TERMINATION =
            find(HttpClient.class, "awaitTermination", boolean.class, Duration.class);
    private static final @Nullable MethodHandle CLOSE = find(HttpClient.class, "close", void.class);
    private static final @Nullable MethodHandle CONNECTION_LABEL =
            find(HttpResponse.class, "connectionLabel", Optional.class);

    private NewerJava() {}

    static void localAddress(HttpClient.Builder builder, InetAddress address) {
        if (LOCAL_ADDRESS == null) {
            throw new UnsupportedOperationException("No localAddress below Java 19");
        }
        try {
            LOCAL_ADDRESS.invoke(builder, address);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void shutdown(HttpClient client) {
        call(SHUTDOWN, client);
    }

    static void shutdownNow(HttpClient client) {
        call(SHUTDOWN_NOW, client);
    }

    static void close(HttpClient client) {
        call(CLOSE, client);
    }

    static boolean isTerminated(HttpClient client) {
        return IS_TERMINATED == null || Boolean.TRUE.equals(call(IS_TERMINATED, client));
    }

    static boolean awaitTermination(HttpClient client, Duration duration) throws InterruptedException {
        if (AWAIT_TERMINATION == null) {
            return true;
        }
        try {
            return (boolean) AWAIT_TERMINATION.invoke(client, duration);
        } catch (InterruptedException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Optional<String> connectionLabel(HttpResponse<?> response) {
        Object label = call(CONNECTION_LABEL, response);
        return label == null ? Optional.empty() : (Optional<String>) label;
    }

    private static @Nullable Object call(@Nullable MethodHandle method, Object target) {
        if (method == null) {
            return null;
        }
        try {
            return method.invoke(target);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle find(Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
        try {
            return MethodHandles.publicLookup().findVirtual(owner, name, MethodType.methodType(result, parameters));
        } catch (NoSuchMethodException | IllegalAccessException absent) {
            return null;
        }
    }
}
