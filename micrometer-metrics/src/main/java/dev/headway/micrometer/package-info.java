/** Meters for Micrometer: {@link dev.headway.micrometer.HeadwayMetrics}. */
@NullMarked
package dev.headway.micrometer;

import org.jspecify.annotations.NullMarked;
