/**
 * A run as a picture: {@link dev.headway.timeline.TimelineRecorder} listens to a Headway and makes an SVG, or a page that needs
 * nothing but itself. Nothing of it is on the path of a call unless it is installed as a listener.
 */
@NullMarked
package dev.headway.timeline;

import org.jspecify.annotations.NullMarked;
