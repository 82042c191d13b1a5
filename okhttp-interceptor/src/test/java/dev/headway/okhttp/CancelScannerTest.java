package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.spi.BlockingExchange;
import dev.headway.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-okhttp")
class CancelScannerTest {

    private static final Duration PERIOD = Duration.ofMillis(20);

    private final VirtualTime time = new VirtualTime();
    private final CancelScanner scanner = new CancelScanner(time);
    private final List<String> woken = new ArrayList<>();

    @Test
    void cancelIsHeardAtTheNextScan() {
        Call call = call();
        scanner.watch(call, () -> woken.add("first"));
        scanner.watch(call(), () -> woken.add("other"));
        call.cancel();
        assertThat(woken).isEmpty();

        time.advance(PERIOD);

        assertThat(woken).containsExactly("first");
    }

    @Test
    void cancelBeforeTheWaitIsHeardAtOnce() {
        Call call = call();
        call.cancel();

        scanner.watch(call, () -> woken.add("first"));

        assertThat(woken).containsExactly("first");
        assertThat(time.pending()).isZero();
    }

    @Test
    void oneTaskServesAllWaiters() {
        for (int i = 0; i < 100; i++) {
            scanner.watch(call(), () -> {});
            time.advance(Duration.ofMillis(3));
        }

        assertThat(time.pending()).isEqualTo(1);
    }

    @Test
    void scanningEndsWhenNobodyWaitsAndBeginsAgain() {
        BlockingExchange.Registration registration = scanner.watch(call(), () -> {});
        time.advance(PERIOD);
        assertThat(time.pending()).isEqualTo(1);

        registration.close();
        registration.close();
        time.advance(PERIOD);
        assertThat(time.pending()).isZero();

        Call later = call();
        scanner.watch(later, () -> woken.add("later"));
        later.cancel();
        time.advance(PERIOD);
        assertThat(woken).containsExactly("later");
        time.advance(PERIOD);
        assertThat(time.pending()).isZero();
    }

    @Test
    void closedRegistrationIsNotWoken() {
        Call call = call();
        scanner.watch(call, () -> woken.add("first")).close();
        scanner.watch(call, () -> woken.add("second"));
        call.cancel();

        time.advance(PERIOD);

        assertThat(woken).containsExactly("second");
    }

    private static Call call() {
        return new OkHttpClient()
                .newCall(new Request.Builder().url("http://127.0.0.1/").build());
    }
}
