package dev.headway.timeline;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** All lanes as a page: drawings for the eye, and the same in tables. Loads nothing and runs nothing. */
final class Page {

    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 1180px; background: #ffffff; color: #1f2328;
              font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
            h1 { font-size: 1.5rem; margin: 0.5rem 0; overflow-wrap: anywhere; }
            h2 { font-size: 1.1rem; margin: 2rem 0 0; overflow-wrap: anywhere; }
            p { margin: 0.2rem 0 0.5rem; }
            .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; padding: 0; margin: 0.8rem 0; list-style: none; }
            .legend svg { width: 16px; height: 14px; margin-right: 0.4rem; vertical-align: -2px; }
            .scroll { overflow-x: auto; }
            .scroll:focus-visible, summary:focus-visible { outline: 2px solid #0969da; outline-offset: 2px; }
            .scroll > svg { display: block; width: 100%; min-width: 760px; height: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: 0.25rem 0.7rem; border-bottom: 1px solid #d1d9e0; text-align: right; vertical-align: top;
              white-space: nowrap; }
            thead th { vertical-align: bottom; }
            thead th:not(:first-child) { white-space: normal; }
            th:first-child, td:first-child, .words th, .words td { text-align: left; }
            tbody th, .words td { font-weight: 400; white-space: normal; min-width: 15rem; overflow-wrap: anywhere; }
            .words td:first-child { white-space: nowrap; min-width: 0; }
            summary { cursor: pointer; }
            @media (prefers-color-scheme: dark) {
              body { background: #0d1117; color: #e6edf3; }
              th, td { border-color: #3d444d; }
              .scroll:focus-visible, summary:focus-visible { outline-color: #58a6ff; }
            }
            """;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Markup out = new Markup();
    private final List<Track> tracks;

    private Page(List<Track> tracks) {
        this.tracks = tracks;
    }

    static String of(String title, List<Track> tracks) {
        return new Page(tracks).write(title);
    }

    private String write(String title) {
        out.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        // Should a text ever get where it does not belong, it still can not run or load anything.
        out.raw(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n");
        out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>")
                .text(title)
                .raw("</title>\n<style>\n")
                .raw(STYLE)
                .raw(Style.DRAWING)
                .raw("</style>\n</head>\n<body>\n<main>\n<h1>")
                .text(title)
                .raw("</h1>\n")
                .raw(
                        "<p>Time goes to the right. Above, each row shows one call after the other; below, the requests of each"
                                + " moment, by when they were sent.</p>\n");
        legend();
        if (tracks.isEmpty()) {
            out.raw("<p>No call has ended yet.</p>\n");
        } else {
            lanes();
            totals();
        }
        return out.raw("</main>\n</body>\n</html>\n").toString();
    }

    private void legend() {
        out.raw("<ul class=\"legend\" aria-label=\"Legend\">\n");
        for (Legend entry : Legend.ALL) {
            out.raw("<li><svg viewBox=\"0 0 16 14\" aria-hidden=\"true\">")
                    .raw(entry.shape())
                    .raw("</svg>")
                    .text(entry.words())
                    .raw("</li>\n");
        }
        out.raw("</ul>\n");
    }

    private void lanes() {
        Drawing drawing = Drawing.of(tracks, out);
        for (int i = 0; i < tracks.size(); i++) {
            Track track = tracks.get(i);
            out.raw("<section aria-labelledby=\"lane%d\">\n<h2 id=\"lane%d\">", i, i)
                    .text(track.name())
                    .raw("</h2>\n<p>")
                    .text(track.summary())
                    .raw("</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline of ")
                    .text(track.name())
                    .raw(
                            "\">\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
                            Drawing.WIDTH, Drawing.height(track))
                    .text(track.summary())
                    .raw("\">\n");
            drawing.draw(track, 0);
            out.raw("</svg>\n</div>\n");
            details(track);
            out.raw("</section>\n");
        }
    }

    private void details(Track track) {
        if (track.told().isEmpty()
                && track.learned().isEmpty()
                && track.pauses().isEmpty()) {
            return;
        }
        out.raw(
                "<details>\n<summary>Limits and pauses: %d told, %d learned, %d %s</summary>\n",
                track.told().size(),
                track.learned().size(),
                track.pauses().size(),
                track.pauses().size() == 1 ? "pause" : "pauses");
        out.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Limits and pauses of ")
                .text(track.name())
                .raw("\">\n<table class=\"words\">\n<thead><tr><th scope=\"col\">at</th><th scope=\"col\">what</th>"
                        + "<th scope=\"col\">scope</th></tr></thead>\n<tbody>\n");
        for (Track.Told each : track.told()) {
            String limits =
                    String.join("; ", each.limits().stream().map(Figures::words).toList());
            row(each.at(), "told: " + (limits.isEmpty() ? "no limit" : limits), "");
        }
        for (Track.Learned each : track.learned()) {
            row(
                    each.at(),
                    "learned: " + Markup.cut(Figures.words(each.limit()), TimelineRecorder.MAX_NAME),
                    each.scope());
        }
        for (Track.Pause each : track.pauses()) {
            row(each.from(), "gate closed for " + seconds((each.to() - each.from()) / 1e9), each.scope());
        }
        out.raw("</tbody>\n</table>\n</div>\n</details>\n");
    }

    private void row(long at, String what, String scope) {
        out.raw("<tr><td>")
                .text(seconds(at / 1e9))
                .raw("</td><td>")
                .text(what)
                .raw("</td><td>")
                .text(scope)
                .raw("</td></tr>\n");
    }

    private void totals() {
        out.raw("<h2 id=\"totals\">Totals</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\""
                + " aria-labelledby=\"totals\">\n<table>\n<thead><tr><th scope=\"col\">lane</th>");
        for (String head : List.of(
                "began",
                "calls",
                "gave up",
                "accepted",
                "refused",
                "failed",
                "waited for turns",
                "for the server",
                "backing off")) {
            out.raw("<th scope=\"col\">" + head + "</th>");
        }
        out.raw("</tr></thead>\n<tbody>\n");
        for (Track track : tracks) {
            Track.Totals totals = track.totals();
            out.raw("<tr><th scope=\"row\">").text(track.name()).raw("</th>");
            cell(DATE.format(track.zero()) + " UTC");
            cell(Long.toString(totals.calls()));
            cell(Long.toString(totals.gaveUp()));
            cell(Long.toString(totals.count(Kind.ACCEPTED)));
            cell(Long.toString(totals.count(Kind.REFUSED)));
            cell(Long.toString(totals.count(Kind.FAILED)));
            cell(seconds(totals.seconds(Kind.WAIT_PERMIT)));
            cell(seconds(totals.seconds(Kind.WAIT_PAUSE)));
            cell(seconds(totals.seconds(Kind.WAIT_BACKOFF)));
            out.raw("</tr>\n");
        }
        out.raw("</tbody>\n</table>\n</div>\n<p>Waits are those of all calls together.</p>\n");
    }

    private void cell(String words) {
        out.raw("<td>").text(words).raw("</td>");
    }

    private static String seconds(double value) {
        return Figures.decimals(value, 2) + " s";
    }
}
