/** Headway's engine: policies, the limiter, the reading of rate-limit signals and the two drivers. */
module dev.headway {
    requires static transitive org.jspecify;
    requires jdk.jfr;
    requires org.slf4j;
    requires tools.jackson.core;
    requires static tools.jackson.dataformat.yaml;

    exports dev.headway;
    exports dev.headway.spi;
    exports dev.headway.timeline;
}
