/** For tests of code that uses Headway: an API with a true quota, and virtual time. */
module dev.headway.testkit {
    requires transitive dev.headway;
    requires static transitive org.jspecify;
    requires java.logging;
    requires mockwebserver3;
    requires okhttp3;

    exports dev.headway.testkit;
}
