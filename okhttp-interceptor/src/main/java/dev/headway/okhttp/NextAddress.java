package dev.headway.okhttp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/**
 * Below OkHttp 5 a client that may not send a request again tries only the first address of a host. So the next attempt, and
 * every call after it, begins with the next one.
 */
final class NextAddress implements Dns {

    /** Of more hosts all are forgotten, which costs a call to each one attempt more. */
    static final int MOST_HOSTS = 1000;

    private final OkHttpClient client;
    private final OkHttpClient turning;
    private final Map<String, Integer> turns = new ConcurrentHashMap<>();

    NextAddress(OkHttpClient client) {
        this.client = client;
        this.turning = client.newBuilder().dns(this).build();
    }

    /** The client for that host: one that looks up otherwise shares no connections, so only where it must. */
    OkHttpClient client(String host) {
        return turns.containsKey(host) ? turning : client;
    }

    /** How far the addresses of that host are turned. */
    int turns(String host) {
        return turns.getOrDefault(host, 0);
    }

    /** The first address could not be reached when they were turned so far. Of calls that fail together one turns them. */
    void failed(String host, int turned) {
        if (turns.size() >= MOST_HOSTS) {
            turns.clear();
        }
        turns.compute(host, (key, now) -> (now == null ? 0 : now) == turned ? (Integer) (turned + 1) : now);
    }

    /** How many hosts are remembered. */
    int hosts() {
        return turns.size();
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> addresses = client.dns().lookup(host);
        int turned = turns(host);
        if (turned == 0 || addresses.size() < 2) {
            return addresses;
        }
        List<InetAddress> rotated = new ArrayList<>(addresses);
        Collections.rotate(rotated, -Math.floorMod(turned, rotated.size()));
        return rotated;
    }
}
