/** Headway for OkHttp. */
module dev.headway.okhttp {
    requires transitive dev.headway;
    requires transitive okhttp3;
    requires static transitive org.jspecify;
    // OkHttp 4.12 is an automatic module, which does not bring these along.
    requires kotlin.stdlib;
    requires okio;
    requires org.slf4j;

    exports dev.headway.okhttp;
}
