package dev.headway.spi;

import dev.headway.CallOptions;
import dev.headway.RetryPolicy;
import dev.headway.Scope;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What an adapter knows of a request before it is sent. Asked lazily, and only by one thread at a time. */
public interface RequestFacts {

    /**
     * Returns the method, as sent.
     *
     * @return the method's name, upper case for the standard ones
     */
    String method();

    /**
     * Returns the address for events, without user info, query and fragment.
     *
     * @return scheme, host, port and path
     */
    String url();

    /**
     * Returns what shares the quota. An adapter says the request's origin; the user's {@link dev.headway.ScopeResolver} may make
     * something else of it.
     *
     * @return the scope
     */
    Scope scope();

    /**
     * Returns the origin, whatever the scope is.
     *
     * @return the scope of scheme, host and port
     */
    default Scope origin() {
        return scope();
    }

    /**
     * Tells whether the body can be sent again with the same bytes; true without a body. While an attempt is on its way this is
     * whether it may turn out so; once false it stays so, and it is decided when the attempt's signal is made. Thread-safe.
     *
     * @return whether sending again is possible
     */
    boolean replayable();

    /**
     * Returns the values of the header fields of that name. They may be secret: nothing logs or keeps them.
     *
     * @param name the name, in any case
     * @return the value of each line, in order; empty without any
     */
    List<String> headers(String name);

    /**
     * Tells whether the request has a header field of that name.
     *
     * @param name the name, in any case
     * @return whether it is there
     */
    default boolean hasHeader(String name) {
        return !headers(name).isEmpty();
    }

    /**
     * Adds a header field to the request, before its first attempt and so to all.
     *
     * @param name the name; the request has no field of it
     * @param value the value
     * @return whether it could; not by default
     * @throws IllegalArgumentException if the client does not allow it
     */
    default boolean addHeader(String name, String value) {
        return false;
    }

    /**
     * Returns the policy given for this call alone.
     *
     * @return the policy, or null for that of the Headway
     */
    @Nullable RetryPolicy policy();

    /**
     * Returns what this call wants otherwise than the Headway. Asked once, before {@link #policy}.
     *
     * @return the options, or null for none, as by default
     */
    default @Nullable CallOptions options() {
        return null;
    }

    /**
     * Returns how long the caller still waits for the whole call, all attempts included ({@code callTimeout}).
     *
     * @return nanoseconds from now, or empty when the caller set no such limit
     */
    OptionalLong timeLeftNanos();
}
