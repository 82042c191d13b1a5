/**
 * Programs to copy from, each one class: {@link dev.headway.samples.WithJdkClient}, {@link dev.headway.samples.WithRetrofit}, {@link
 * dev.headway.samples.WithSpring} and {@link dev.headway.samples.WithRedis}. {@link dev.headway.samples.Sample} gives them an API to
 * call, {@link dev.headway.samples.Tally} counts.
 */
@NullMarked
package dev.headway.samples;

import org.jspecify.annotations.NullMarked;
