package dev.headway.benchmarks.goodput;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** nginx and node, children of this process, on loopback ports of their own choosing. */
final class Servers implements AutoCloseable {
    private final Process nginx;
    private final Process node;
    private final int nginxPort;
    private final int nodePort;
    private final Path log;

    Servers(Path dir, Path serverJs) throws Exception {
        Files.createDirectories(dir);
        log = dir.resolve("access.log");
        Files.deleteIfExists(log);
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nginxPort = s.getLocalPort();
        }
        Path conf = dir.resolve("nginx.conf");
        Files.writeString(conf, nginxConf(dir));
        nginx = new ProcessBuilder(
                        "nginx",
                        "-p",
                        dir.toString(),
                        "-c",
                        conf.toString(),
                        "-e",
                        dir.resolve("error.log").toString())
                .inheritIO()
                .start();
        node = new ProcessBuilder("node", serverJs.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        nodePort = Integer.parseInt(new BufferedReader(new InputStreamReader(node.getInputStream()))
                .readLine()
                .trim());
        for (int i = 0; ; i++) {
            try (Socket s = new Socket(InetAddress.getLoopbackAddress(), nginxPort)) {
                break;
            } catch (IOException e) {
                if (i == 50 || !nginx.isAlive()) {
                    throw new IOException("nginx did not start: see " + dir.resolve("error.log"), e);
                }
                Thread.sleep(100);
            }
        }
    }

    String url(Case c) {
        return "http://127.0.0.1:" + (c.nginx ? nginxPort : nodePort) + c.path;
    }

    /** What the servers themselves counted: key to {accepted, rejected}. */
    Map<String, int[]> counts() throws IOException {
        Map<String, int[]> m = new HashMap<>();
        for (String line : Files.readAllLines(log)) {
            String[] f = line.split(" ");
            int[] v = m.computeIfAbsent(f[0], k -> new int[2]);
            v[f[1].equals("200") ? 0 : 1]++;
        }
        HttpURLConnection c = (HttpURLConnection) new URL("http://127.0.0.1:" + nodePort + "/stats").openConnection();
        for (String line : new String(c.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
            String[] f = line.split(" ");
            if (f.length == 3) {
                m.put(f[0], new int[] {Integer.parseInt(f[1]), Integer.parseInt(f[2])});
            }
        }
        return m;
    }

    /** empty_gif answers in the content phase, after limit_req has had its say; `return` would answer before it. */
    private String nginxConf(Path dir) {
        StringBuilder b = new StringBuilder();
        b.append("daemon off;\nworker_processes 1;\npid ")
                .append(dir)
                .append("/nginx.pid;\n")
                .append("events { worker_connections 4096; }\nhttp {\n")
                .append("  log_format k '$http_x_api_key $status';\n  access_log ")
                .append(log)
                .append(" k;\n");
        for (String t : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            b.append("  ")
                    .append(t)
                    .append("_temp_path ")
                    .append(dir)
                    .append('/')
                    .append(t)
                    .append(";\n");
        }
        b.append("  keepalive_requests 100000;\n  keepalive_timeout 120s;\n  limit_req_status 429;\n")
                .append("  limit_req_log_level info;\n")
                .append("  limit_req_zone $http_x_api_key zone=r20:4m rate=20r/s;\n")
                .append("  limit_req_zone $http_x_api_key zone=r200:4m rate=200r/s;\n")
                .append("  server {\n    listen 127.0.0.1:")
                .append(nginxPort)
                .append(" backlog=1024;\n")
                .append("    location /r20b0    { limit_req zone=r20; empty_gif; }\n")
                .append("    location /r20b20nd { limit_req zone=r20 burst=20 nodelay; empty_gif; }\n")
                .append(
                        "    location /r20b20ra { limit_req zone=r20 burst=20 nodelay; error_page 429 @wait; empty_gif; }\n")
                .append("    location @wait { add_header Retry-After 1 always; return 429; }\n")
                .append("    location /r20b20dl { limit_req zone=r20 burst=20; empty_gif; }\n")
                .append("    location /r200b0    { limit_req zone=r200; empty_gif; }\n")
                .append("    location /r200b50nd { limit_req zone=r200 burst=50 nodelay; empty_gif; }\n")
                .append("  }\n}\n");
        return b.toString();
    }

    @Override
    public void close() {
        for (Process p : new Process[] {nginx, node}) {
            p.destroy();
            try {
                if (!p.waitFor(3, TimeUnit.SECONDS)) {
                    p.destroyForcibly();
                }
            } catch (InterruptedException e) {
                p.destroyForcibly();
            }
        }
    }
}
