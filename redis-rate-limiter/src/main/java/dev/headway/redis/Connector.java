package dev.headway.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.util.function.Supplier;

/**
 * How a client of the user's is connected; may block.
 *
 * @param connect opens a connection of our own
 */
record Connector(Supplier<Link> connect) {

    /**
     * A connection.
     *
     * @param connection to be closed
     * @param scripts its commands
     */
    record Link(StatefulConnection<byte[], byte[]> connection, RedisScriptingAsyncCommands<byte[], byte[]> scripts) {}
}
