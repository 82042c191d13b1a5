package dev.headway;

/** What is known of a request that did not end well: it decides whether sending it again is safe. */
public enum Evidence {

    /** No byte of the request left, or the peer said that it did not look at it. Any method may be sent again. */
    NOT_SENT,

    /** The server answered that it did not do the work: 429, 425, 503 with {@code Retry-After}. Any method may be sent again. */
    REFUSED,

    /**
     * The server may have done the work. Sent again only if the method is idempotent (RFC 9110 section 9.2.2), the request
     * carries an idempotency header, or the caller promised it for this call.
     */
    UNKNOWN
}
