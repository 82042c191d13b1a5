package dev.headway.it.servers;

import dev.headway.Limit;

/**
 * A limit that a server keeps for each API key.
 *
 * @param path where
 * @param limit what a user would tell of it
 * @param refuses whether it refuses one call after the other too, because it neither says what remains nor holds calls back
 */
record ServerLimit(String path, Limit limit, boolean refuses) {

    @Override
    public String toString() {
        return path;
    }
}
