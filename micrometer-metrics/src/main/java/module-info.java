/** Meters for Micrometer. */
module dev.headway.micrometer {
    requires transitive dev.headway;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports dev.headway.micrometer;
}
