/** What a call has waited for, on the current span of OpenTelemetry. */
module dev.headway.opentelemetry {
    requires transitive dev.headway;
    requires io.opentelemetry.api;
    requires static transitive org.jspecify;

    exports dev.headway.opentelemetry;
}
