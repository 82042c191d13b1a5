/** For tests of code that uses Headway: an API with a true quota, a proxy with faults, and virtual time. */
module dev.headway.testkit {
    requires transitive dev.headway;
    requires static transitive org.jspecify;
    requires java.logging;
    requires mockwebserver3;
    requires okhttp3;
    requires static org.junit.jupiter.api;

    exports dev.headway.testkit;
}
