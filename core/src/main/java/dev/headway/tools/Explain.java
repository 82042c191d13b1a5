package dev.headway.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Shows what Headway makes of a response: reads one from standard input as {@code curl -i} prints it, or many with {@code
 * --jsonl}.
 */
public final class Explain {

    private static final String USAGE = """
            Reads an HTTP response from standard input (status line, header fields, empty line, body) and says what
            Headway understands of it, and what it would do unless told otherwise.

              curl -si https://api.example.com/things | java -cp … dev.headway.tools.Explain
              --method METHOD  the request's method, for whether it would be sent again; GET unless given
              --jsonl          many: one JSON object a line, such as
                                 {"id": 1, "status": 429, "headers": [["Retry-After", "5"]], "body": "…",
                                  "request_method": "GET", "now": "2026-01-31T12:00:00Z"}
                               of which only status is needed; writes one line for each:
                                 {"id": 1, "retry": true, "delay_ms": 5000, "limits": […], "error_code": …, "scope": …}
                               retry: what the response says, before any policy; null where it does not say
                               delay_ms: until the client may send again; null where it must hold back, for nobody knows
                               how long. Throttles in a success count.
                               A line that can not be read gives {"id": …, "error": "…"}.

            On the class path: headway-core, jackson-core 3, slf4j-api, and your own META-INF/headway tables; what is wrong
            in these is logged.
            """;

    private Explain() {}

    /**
     * Runs the program; ends the process with 2 where it was called wrongly.
     *
     * @param args see {@code --help}
     * @throws IOException if standard input can not be read
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int code = run(List.of(args), System.in, out, System.err);
        out.flush();
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(List<String> args, InputStream in, PrintStream out, PrintStream err) throws IOException {
        if (args.equals(List.of("--jsonl"))) {
            JsonLines.explain(in, out, Instant::now);
            return 0;
        }
        if (args.equals(List.of("--help")) || args.equals(List.of("-h"))) {
            out.print(USAGE);
            return 0;
        }
        boolean method = args.size() == 2 && args.get(0).equals("--method");
        if (!args.isEmpty() && !method) {
            err.println(
                    args.equals(List.of("--method"))
                            ? "--method needs the name of a method."
                            : "Unknown: " + String.join(" ", args));
            err.print(USAGE);
            return 2;
        }
        try {
            Given given = RawResponse.read(
                    in.readAllBytes(), method ? args.get(1).toUpperCase(Locale.ROOT) : "GET", Instant.now());
            Report.write(Understood.of(given), out);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        }
    }
}
