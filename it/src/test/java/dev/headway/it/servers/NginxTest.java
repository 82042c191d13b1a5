package dev.headway.it.servers;

import dev.headway.TokenBucket;
import java.util.List;

/** nginx's limit_req, with and without a burst, and where it holds the burst back itself. */
class NginxTest extends LimitedServerTest {

    private static final TokenBucket BURST = TokenBucket.perSecond(4).burst(4);

    NginxTest() {
        super(
                new ServerLimit("/bare", TokenBucket.perSecond(4), true),
                new ServerLimit("/burst", BURST, true),
                new ServerLimit("/burst-retry-after", BURST, true),
                new ServerLimit("/held", BURST, false));
    }

    @Override
    RealServer start() throws Exception {
        RealServer.require("nginx", "nginx", "-v");
        return RealServer.start("nginx", (port, folder) -> {
            String file = RealServer.configure("nginx.conf", port, folder).toString();
            return List.of("nginx", "-p", folder.toString(), "-c", file, "-e", folder + "/error.log");
        });
    }
}
