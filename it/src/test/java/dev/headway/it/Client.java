package dev.headway.it;

import java.net.URI;

/** A client with Headway in it, of whatever kind. */
public interface Client extends AutoCloseable {

    /** Begins a call. */
    Ongoing begin(ApiRequest request, URI url);

    /** Makes a call and waits for its end. */
    default Result call(ApiRequest request, URI url) throws Exception {
        return begin(request, url).result();
    }

    /** How many connections the client holds for calls that have ended, as far as it tells. */
    int leakedConnections();

    @Override
    void close();
}
