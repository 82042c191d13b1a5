/** Headway for OkHttp: {@link dev.headway.okhttp.HeadwayInterceptor}. */
@NullMarked
package dev.headway.okhttp;

import org.jspecify.annotations.NullMarked;
