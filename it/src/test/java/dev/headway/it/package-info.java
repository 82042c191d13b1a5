/**
 * What Headway promises, on every path of both clients and real sockets. {@link dev.headway.it.Path} makes a call on any of
 * the paths, {@link dev.headway.it.StillHeadway} moves the time when the calls wait, and {@link
 * dev.headway.it.ScenarioTest} has the table.
 */
@NullMarked
package dev.headway.it;

import org.jspecify.annotations.NullMarked;
