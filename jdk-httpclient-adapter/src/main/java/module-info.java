/** Headway for {@code java.net.http}. */
module dev.headway.jdk {
    requires transitive dev.headway;
    requires transitive java.net.http;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.headway.jdk;
}
