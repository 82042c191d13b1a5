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

    private final OkHttpClient client;
    private final OkHttpClient turning;
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    NextAddress(OkHttpClient client) {
        this.client = client;
        this.turning = client.newBuilder().dns(this).build();
    }

    /** The client for that host: one that looks up otherwise shares no connections, so only where it must. */
    OkHttpClient client(String host) {
        return failures.containsKey(host) ? turning : client;
    }

    /** The first address could not be reached. */
    void failed(String host) {
        failures.merge(host, 1, Integer::sum);
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> addresses = client.dns().lookup(host);
        int failed = failures.getOrDefault(host, 0);
        if (failed == 0 || addresses.size() < 2) {
            return addresses;
        }
        List<InetAddress> turned = new ArrayList<>(addresses);
        Collections.rotate(turned, -Math.floorMod(failed, turned.size()));
        return turned;
    }
}
