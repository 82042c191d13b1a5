package dev.headway.it;

import dev.headway.CallTrace;

/**
 * What a caller got.
 *
 * @param status the status
 * @param body the body, read whole
 * @param http2 whether it came by HTTP/2
 * @param trace what happened
 */
public record Result(int status, String body, boolean http2, CallTrace trace) {}
