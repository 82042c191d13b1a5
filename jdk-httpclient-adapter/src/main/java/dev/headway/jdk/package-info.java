/** Headway for {@link java.net.http.HttpClient}: see {@link dev.headway.jdk.HeadwayHttpClient}. */
@NullMarked
package dev.headway.jdk;

import org.jspecify.annotations.NullMarked;
