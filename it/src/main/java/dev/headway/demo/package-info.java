/**
 * The demo: the same job, with Headway and without. {@link dev.headway.demo.Demo} has the story, {@link
 * dev.headway.demo.Job} does the calls, {@link dev.headway.demo.Table} and {@link dev.headway.timeline.TimelineRecorder} show them.
 */
@NullMarked
package dev.headway.demo;

import org.jspecify.annotations.NullMarked;
