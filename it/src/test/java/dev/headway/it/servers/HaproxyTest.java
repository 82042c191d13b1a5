package dev.headway.it.servers;

import dev.headway.Quota;
import java.time.Duration;
import java.util.List;

/** haproxy's stick tables, which count what they refuse as well, and refuse with and without Retry-After. */
class HaproxyTest extends LimitedServerTest {

    private static final Quota QUOTA = Quota.of(8).per(Duration.ofSeconds(2));

    HaproxyTest() {
        super(new ServerLimit("/denied", QUOTA, true), new ServerLimit("/retry-after", QUOTA, true));
    }

    @Override
    RealServer start() throws Exception {
        RealServer.require("haproxy", "haproxy", "-v");
        return RealServer.start("haproxy", (port, folder) -> {
            String file = RealServer.configure("haproxy.cfg", port, folder).toString();
            return List.of("haproxy", "-db", "-f", file);
        });
    }
}
