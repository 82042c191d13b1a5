package dev.headway;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One {@link Headway} for each API of a {@link HeadwayConfig}, which can be told other settings while calls are on their way.
 * Thread-safe.
 */
public final class HeadwayApis {

    /** What is there now; never changed, but replaced. */
    private record Present(HeadwayConfig config, Map<String, Headway> headways) {}

    private final BiConsumer<String, Headway.Builder> also;
    private volatile Present present;

    private HeadwayApis(HeadwayConfig config, BiConsumer<String, Headway.Builder> also) {
        this.also = also;
        Map<String, Headway> headways = new LinkedHashMap<>();
        config.names().forEach(name -> headways.put(name, made(config, name)));
        present = new Present(config, headways);
    }

    /**
     * Makes the APIs of a file.
     *
     * @param config the settings
     * @return the APIs
     */
    public static HeadwayApis of(HeadwayConfig config) {
        return of(config, (name, builder) -> {});
    }

    /**
     * Makes the APIs of a file, and adds what no file can say.
     *
     * @param config the settings
     * @param also called with the name and the builder of each API that is made or reloaded: sets listeners, costs
     * @return the APIs
     */
    public static HeadwayApis of(HeadwayConfig config, BiConsumer<String, Headway.Builder> also) {
        return new HeadwayApis(config, Objects.requireNonNull(also, "also"));
    }

    private Headway made(HeadwayConfig config, String name) {
        return builder(config, name).build();
    }

    private Headway.Builder builder(HeadwayConfig config, String name) {
        Headway.Builder builder = config.builder(name);
        also.accept(name, builder);
        return builder;
    }

    /**
     * Returns an API.
     *
     * @param name its name in the file
     * @return the same instance each time, whatever is reloaded
     * @throws IllegalArgumentException if there is none of that name
     */
    public Headway named(String name) {
        Present now = present;
        Headway found = now.headways().get(name);
        if (found == null) {
            throw now.config().unknown(name);
        }
        return found;
    }

    /**
     * Finds the API of a URL, by the most specific host pattern.
     *
     * @param url with scheme and host
     * @return the API; empty where no pattern matches
     */
    public Optional<Headway> forUrl(URI url) {
        Present now = present;
        return now.config()
                .nameOf(url)
                .map(name -> Objects.requireNonNull(now.headways().get(name)));
    }

    /**
     * Takes other settings: limits as by {@link Headway#changeLimits}, and policy, {@code maxWait}, {@code onLimit} and {@code errors} for calls that
     * begin from now on. Queues, pauses, retry budgets and what is in flight stay. New APIs are made; those that are gone are no
     * longer found. Listeners, clocks and costs stay as they were made.
     *
     * @param next the new settings
     * @throws IllegalArgumentException if they change {@code pace}, {@code scopes}, {@code maxScopes}, {@code maxWaiting} or {@code log} of an API,
     *     which are fixed when it is made; then nothing was changed
     * @throws IllegalStateException if they change the limits of an API whose limiter is the user's own; then nothing was changed
     */
    public synchronized void reload(HeadwayConfig next) {
        HeadwayConfig before = present.config();
        Map<String, Headway> headways = new LinkedHashMap<>();
        Map<Headway, Headway.Builder> changes = new LinkedHashMap<>();
        for (String name : next.names()) {
            Headway known = present.headways().get(name);
            if (known == null) {
                headways.put(name, made(next, name));
                continue;
            }
            List<String> fixed = next.api(name).fixedKeysOtherThan(before.api(name));
            if (!fixed.isEmpty()) {
                throw new IllegalArgumentException("The API " + name + " can not be reloaded with another "
                        + String.join(", ", fixed) + ": that is fixed when it is made. Nothing was changed.");
            }
            headways.put(name, known);
            changes.put(known, builder(next, name));
        }
        changes.forEach(Headway::checkChange);
        changes.forEach(Headway::change);
        present = new Present(next, headways);
    }
}
