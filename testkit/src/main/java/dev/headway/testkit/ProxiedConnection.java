package dev.headway.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One client's connection to a {@link FaultProxy}. Each request goes on a connection of its own to the server, which therefore
 * never gets one twice because a kept connection had died.
 */
final class ProxiedConnection {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);

    private final FaultProxy proxy;
    private final Socket client;
    private final int number;

    ProxiedConnection(FaultProxy proxy, Socket client, int number) {
        this.proxy = proxy;
        this.client = client;
        this.number = number;
    }

    void serve() throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(client.getInputStream());
        boolean open = true;
        while (open) {
            in.mark(1);
            if (in.read() < 0) {
                return;
            }
            in.reset();
            open = exchange(in, proxy.nextFault());
        }
    }

    /** Returns whether the connection lives on. */
    private boolean exchange(InputStream in, Fault fault) throws IOException, InterruptedException {
        if (fault.kind() == Fault.Kind.RESET_BEFORE) {
            reset();
            return false;
        }
        HttpHead request = HttpHead.read(in);
        if (request.says("Expect", "100-continue")) {
            client.getOutputStream().write(CONTINUE);
        }
        Asked asked = new Asked(request, fault, proxy.now(), number);
        if (fault.kind() == Fault.Kind.STATUS) {
            HttpBody.pass(request, in, OutputStream.nullOutputStream());
            return respond(asked, own(fault.status(), fault.headers()), none(), fault.length());
        }
        Verdict verdict = proxy.judge();
        if (verdict != null && !verdict.accepted()) {
            HttpBody.pass(request, in, OutputStream.nullOutputStream());
            return respond(asked, own(429, proxy.fields(verdict)), none(), Duration.ofNanos(verdict.resetNanos()));
        }
        if (verdict != null && verdict.heldNanos() > 0) {
            proxy.pauses().pause(verdict.heldNanos());
        }
        return pass(asked, in, verdict == null ? List.of() : proxy.fields(verdict));
    }

    private boolean pass(Asked asked, InputStream in, List<String> more) throws IOException, InterruptedException {
        Socket server;
        try {
            server = proxy.connect();
        } catch (IOException unreachable) {
            HttpBody.pass(asked.request(), in, OutputStream.nullOutputStream());
            return respond(asked, own(502, List.of()), none(), Duration.ZERO);
        }
        try (server) {
            HttpHead answer;
            InputStream from = new BufferedInputStream(server.getInputStream());
            try {
                answer = ask(asked.request(), in, from, server.getOutputStream());
            } catch (IOException broken) {
                proxy.record(asked, 0, Duration.ZERO);
                throw broken;
            }
            return respond(asked, answer.with(more), from, told(answer));
        } finally {
            proxy.forget(server);
        }
    }

    private HttpHead ask(HttpHead request, InputStream in, InputStream from, OutputStream server) throws IOException {
        OutputStream out = new BufferedOutputStream(server);
        out.write(request.without("host", "expect")
                .with(List.of("Host: " + proxy.serverName(), "Connection: close"))
                .bytes());
        HttpBody.pass(request, in, out);
        out.flush();
        HttpHead answer = HttpHead.read(from);
        while (answer.status() < 200) {
            answer = HttpHead.read(from);
        }
        return answer;
    }

    private boolean respond(Asked asked, HttpHead answer, InputStream body, Duration wait)
            throws IOException, InterruptedException {
        Fault fault = asked.fault();
        boolean lost = fault.kind() == Fault.Kind.RESET_AFTER || fault.endless();
        proxy.record(asked, lost ? 0 : answer.status(), wait);
        boolean has = HttpBody.has(answer.status(), asked.request().part(0));
        boolean untilClose = has && HttpBody.untilClose(answer);
        boolean closes = untilClose || asked.request().closes();
        if (fault.endless()) {
            // Until the client leaves or the proxy is closed: else each stall would keep a thread and a socket.
            InputStream silence = client.getInputStream();
            while (silence.read() >= 0) {
                // What it still sends is not heard.
            }
            return false;
        }
        if (fault.kind() == Fault.Kind.STALL) {
            proxy.pauses().pause(fault.length().toNanos());
        }
        OutputStream out = new BufferedOutputStream(outFor(fault));
        HttpHead head = dated(fault, answer.without());
        out.write((closes ? head.with(List.of("Connection: close")) : head).bytes());
        if (untilClose) {
            HttpBody.passAll(body, out);
        } else if (has) {
            HttpBody.pass(answer, body, out);
        }
        out.flush();
        if (fault.kind() == Fault.Kind.RESET_AFTER) {
            reset();
        }
        return !closes && !lost;
    }

    private OutputStream outFor(Fault fault) throws IOException {
        return switch (fault.kind()) {
            case RESET_AFTER -> OutputStream.nullOutputStream();
            case DRIP ->
                new Dripping(
                        client.getOutputStream(), proxy.pauses(), fault.length().toNanos());
            default -> client.getOutputStream();
        };
    }

    private HttpHead dated(Fault fault, HttpHead answer) {
        return switch (fault.kind()) {
            case SKEW ->
                answer.without("date")
                        .with(List.of(
                                "Date: " + HttpDates.format(proxy.instant().plus(fault.length()))));
            case NO_DATE -> answer.without("date");
            case BAD_DATE -> answer.without("date").with(List.of("Date: yesterday at noon"));
            default -> answer;
        };
    }

    private HttpHead own(int status, List<String> fields) {
        List<String> all = new ArrayList<>(List.of("Date: " + HttpDates.format(proxy.instant()), "Content-Length: 0"));
        all.addAll(fields);
        return new HttpHead("HTTP/1.1 " + status + (status == 429 ? " Too Many Requests" : " Fault"), all);
    }

    private static InputStream none() {
        return InputStream.nullInputStream();
    }

    /** What a server's refusal asks for; a date is left to those who know its clock. */
    private static Duration told(HttpHead answer) throws IOException {
        String seconds = answer.field("Retry-After");
        boolean refusal = answer.status() == 429 || answer.status() == 503;
        return refusal && seconds != null && seconds.matches("\\d{1,9}")
                ? Duration.ofSeconds(Long.parseLong(seconds))
                : Duration.ZERO;
    }

    /** Ends the connection with a reset instead of a proper end. */
    private void reset() throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    /** A request that has been read. */
    record Asked(HttpHead request, Fault fault, Duration at, int connection) {}
}
