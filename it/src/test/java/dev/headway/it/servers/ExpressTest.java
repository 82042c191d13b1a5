package dev.headway.it.servers;

import dev.headway.Quota;
import java.time.Duration;
import java.util.List;

/** express-rate-limit with each kind of header fields that it knows; all say what remains. */
class ExpressTest extends LimitedServerTest {

    private static final Quota QUOTA = Quota.of(8).per(Duration.ofSeconds(5));

    ExpressTest() {
        super(
                new ServerLimit("/legacy/8", QUOTA, false),
                new ServerLimit("/draft6/8", QUOTA, false),
                new ServerLimit("/draft7/8", QUOTA, false),
                new ServerLimit("/draft8/8", QUOTA, false));
    }

    @Override
    RealServer start() throws Exception {
        String express = RealServer.FILES.resolve("express").toString();
        RealServer.require("express", "npm", "--prefix", express, "ls");
        return RealServer.start(
                "express",
                (port, folder) -> List.of("node", express + "/server.mjs", Integer.toString(port), RealServer.LOG));
    }
}
