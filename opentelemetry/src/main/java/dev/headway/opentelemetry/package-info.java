/** Spans of OpenTelemetry: {@link dev.headway.opentelemetry.HeadwaySpans}. */
@NullMarked
package dev.headway.opentelemetry;

import org.jspecify.annotations.NullMarked;
