/**
 * Headway against servers that others have written, as processes of their own in real time: {@link
 * dev.headway.it.servers.LimitedServerTest} is the scenario for those that keep a limit. Only run with the profile
 * "real-servers".
 */
@NullMarked
package dev.headway.it.servers;

import org.jspecify.annotations.NullMarked;
