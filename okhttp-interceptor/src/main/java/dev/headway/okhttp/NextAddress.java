package dev.headway.okhttp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Dns;

/**
 * Below OkHttp 5 a client that may not send a request again tries only the first address of a host. So the next attempt, and
 * every call after it, begins with the next one.
 */
final class NextAddress implements Dns {

    private final Dns dns;
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    NextAddress(Dns dns) {
        this.dns = dns;
    }

    /** The first address could not be reached. */
    void failed(String host) {
        failures.merge(host, 1, Integer::sum);
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> addresses = dns.lookup(host);
        int failed = failures.getOrDefault(host, 0);
        if (failed == 0 || addresses.size() < 2) {
            return addresses;
        }
        List<InetAddress> turned = new ArrayList<>(addresses);
        Collections.rotate(turned, -Math.floorMod(failed, turned.size()));
        return turned;
    }
}
