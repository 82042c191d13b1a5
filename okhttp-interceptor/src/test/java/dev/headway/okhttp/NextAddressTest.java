package dev.headway.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-okhttp")
class NextAddressTest {

    private final NextAddress next = new NextAddress(new OkHttpClient.Builder()
            .dns(host -> List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3")))
            .build());

    @Test
    void callsThatFailTogetherTurnTheAddressesOnce() throws Exception {
        int turned = next.turns("two.example");
        next.failed("two.example", turned);
        next.failed("two.example", turned);

        assertThat(first("two.example")).isEqualTo("127.0.0.3");

        next.failed("two.example", next.turns("two.example"));

        assertThat(first("two.example")).isEqualTo("127.0.0.2");
        assertThat(first("another.example")).isEqualTo("127.0.0.2");
    }

    @Test
    void hostsThatFailDoNotFillTheMemory() throws Exception {
        for (int i = 0; i < 10 * NextAddress.MOST_HOSTS; i++) {
            next.failed(i + ".example", 0);
        }
        assertThat(next.hosts()).isLessThanOrEqualTo(NextAddress.MOST_HOSTS);

        next.failed("two.example", 0);

        assertThat(first("two.example")).isEqualTo("127.0.0.3");
    }

    private String first(String host) throws UnknownHostException {
        return next.lookup(host).get(0).getHostAddress();
    }
}
