package dev.headway.benchmarks.client;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** Answers 200 "ok" on loopback; /stats tells the connections seen per X-Variant and /stats?clear forgets them. */
public final class LoopServer {
    private LoopServer() {}

    public static void main(String[] args) throws IOException {
        ConcurrentHashMap<String, Set<Integer>> ports = new ConcurrentHashMap<>();
        HttpServer s = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        byte[] ok = {'o', 'k'};
        s.createContext("/x", ex -> {
            ports.computeIfAbsent(ex.getRequestHeaders().getFirst("X-Variant"), k -> ConcurrentHashMap.newKeySet())
                    .add(ex.getRemoteAddress().getPort());
            ex.getResponseHeaders().set("Content-Type", "text/plain");
            ex.sendResponseHeaders(200, ok.length);
            try (OutputStream o = ex.getResponseBody()) {
                o.write(ok);
            }
        });
        s.createContext("/stats", ex -> {
            StringBuilder b = new StringBuilder();
            new TreeMap<>(ports)
                    .forEach((k, v) -> b.append(k).append('=').append(v.size()).append('\n'));
            if ("clear".equals(ex.getRequestURI().getQuery())) {
                ports.clear();
            }
            byte[] body = b.toString().getBytes(StandardCharsets.UTF_8);
            ex.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            try (OutputStream o = ex.getResponseBody()) {
                o.write(body);
            }
        });
        s.setExecutor(Executors.newCachedThreadPool());
        s.start();
        System.out.println(s.getAddress().getPort());
        System.out.flush();
        // The parent holds our standard input: when it goes, so do we.
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }
}
