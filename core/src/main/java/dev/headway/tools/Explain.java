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
            Headway understands of it, and what it would do.

              curl -si https://api.example.com/things | java -cp '…' dev.headway.tools.Explain
              --method METHOD  the request's method, for whether it would be sent again; GET unless given
              --jsonl          many: one JSON object a line, with status, headers as [[name, value], …], and perhaps body, id,
                               request_method, and now (RFC 3339); writes one line for each, with retry, delay_ms, limits,
                               error_code and scope
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
            err.println("What is '" + String.join(" ", args) + "'?");
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
