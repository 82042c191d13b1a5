package dev.headway.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The lanes as a picture: time goes to the right, a row is a thread, those whose first call ended first on top. SVG, with colours
 * for a light and for a dark background.
 */
final class Timeline {

    private static final int WIDTH = 1180;
    private static final int LEFT = 24;
    private static final int PLOT = WIDTH - 2 * LEFT;
    private static final int LANE_HEIGHT = 220;
    private static final int TITLE = 34;
    private static final int AXIS = 26;
    private static final int HEAD = 74;
    private static final double LEAST_WIDTH = 5;

    private final List<Lane> lanes;
    private final double seconds;
    private final StringBuilder svg = new StringBuilder();

    private Timeline(List<Lane> lanes) {
        this.lanes = lanes;
        double longest = 0.1;
        for (Lane lane : lanes) {
            longest = Math.max(longest, Math.max(lane.seconds(), lane.minimum().orElse(0)));
        }
        this.seconds = longest * 1.02;
    }

    static String svg(String title, List<Lane> lanes) {
        return new Timeline(lanes).draw(title);
    }

    private String draw(String title) {
        int height = HEAD + lanes.size() * (TITLE + LANE_HEIGHT + AXIS) + 10;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " role=\"img\" aria-label=\"%s\">%n",
                WIDTH,
                height,
                WIDTH,
                height,
                escaped(title)));
        svg.append(STYLE);
        svg.append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        text("title", LEFT, 30, title);
        legend();
        int top = HEAD;
        for (Lane lane : lanes) {
            draw(lane, top);
            top += TITLE + LANE_HEIGHT + AXIS;
        }
        return svg.append("</svg>\n").toString();
    }

    private void legend() {
        int x = LEFT;
        for (DoneCall.Kind kind : DoneCall.Kind.values()) {
            rect(style(kind), x, 46, 14, 12);
            text("label", x + 20, 56, words(kind));
            x += 34 + words(kind).length() * 7;
        }
    }

    private void draw(Lane lane, int top) {
        String result = String.format(
                Locale.ROOT,
                "%s: %d of %d succeeded, %d refused, %.2f s",
                lane.name(),
                lane.succeeded(),
                lane.calls().size(),
                lane.refused(),
                lane.seconds());
        text("lane", LEFT, top + 24, result);
        int plot = top + TITLE;
        rect("plot", LEFT, plot, PLOT, LANE_HEIGHT);
        List<List<DoneCall>> rows = rows(lane.calls());
        double row = (double) LANE_HEIGHT / Math.max(1, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            for (DoneCall call : rows.get(i)) {
                draw(call, plot + i * row, row);
            }
        }
        axis(plot + LANE_HEIGHT);
        lane.minimum().ifPresent(minimum -> {
            double x = x(minimum);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"minimum\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"/>%n",
                    x,
                    x,
                    plot,
                    plot + LANE_HEIGHT));
        });
    }

    private void draw(DoneCall call, double y, double height) {
        for (DoneCall.Part part : call.parts()) {
            double from = x(part.from() / 1e9);
            double width = x(part.to() / 1e9) - from;
            // What is quick shall still be seen.
            rect(style(part.kind()), from, y, isRequest(part.kind()) ? Math.max(LEAST_WIDTH, width) : width, height);
        }
    }

    private void axis(int y) {
        double step = seconds > 40 ? 10 : seconds > 12 ? 2 : seconds > 3 ? 1 : seconds > 0.6 ? 0.2 : 0.05;
        for (int i = 0; i * step <= seconds; i++) {
            double x = x(i * step);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"tick\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%d\" y2=\"%d\"/>%n",
                    x,
                    x,
                    y,
                    y + 4));
            text("tickLabel", x, y + 16, String.format(Locale.ROOT, "%s s", number(i * step)));
        }
    }

    private static List<List<DoneCall>> rows(List<DoneCall> calls) {
        Map<Integer, List<DoneCall>> threads = new TreeMap<>();
        calls.forEach(call -> threads.computeIfAbsent(call.thread(), thread -> new ArrayList<>())
                .add(call));
        List<List<DoneCall>> rows = new ArrayList<>(threads.values());
        rows.sort(Comparator.comparingLong(row -> row.get(0).ended()));
        return rows;
    }

    private double x(double second) {
        return LEFT + second / seconds * PLOT;
    }

    private void rect(String style, double x, double y, double width, double height) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>%n",
                style,
                x,
                y,
                width,
                height));
    }

    private void text(String style, double x, double y, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text class=\"%s\" x=\"%.2f\" y=\"%.2f\">%s</text>%n", style, x, y, escaped(text)));
    }

    private static boolean isRequest(DoneCall.Kind kind) {
        return kind == DoneCall.Kind.ACCEPTED || kind == DoneCall.Kind.REFUSED || kind == DoneCall.Kind.FAILED;
    }

    private static String style(DoneCall.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String words(DoneCall.Kind kind) {
        return switch (kind) {
            case ACCEPTED -> "accepted";
            case REFUSED -> "refused";
            case FAILED -> "failed";
            case WAIT_PERMIT -> "waits for its turn";
            case WAIT_PAUSE -> "waits for the server's moment";
            case WAIT_BACKOFF -> "backs off";
        };
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.2f", value).replaceAll("0+$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static final String STYLE = """
            <style>
              text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
              .title { font-size: 18px; font-weight: 600; }
              .lane { font-size: 14px; font-weight: 600; }
              .tickLabel { font-size: 11px; text-anchor: middle; fill: #656d76; }
              .ground { fill: #ffffff; }
              .plot { fill: #f6f8fa; }
              .tick { stroke: #8c959f; }
              .minimum { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 5 4; }
              .accepted { fill: #1a7f37; }
              .refused { fill: #cf222e; }
              .failed { fill: #8250df; }
              .wait_permit { fill: #b6d4fe; }
              .wait_pause { fill: #fbd38d; }
              .wait_backoff { fill: #d8b4fe; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; }
                .tickLabel { fill: #8d96a0; }
                .ground { fill: #0d1117; }
                .plot { fill: #161b22; }
                .tick { stroke: #6e7681; }
                .minimum { stroke: #e6edf3; }
                .accepted { fill: #3fb950; }
                .refused { fill: #f85149; }
                .failed { fill: #a371f7; }
                .wait_permit { fill: #1f4a80; }
                .wait_pause { fill: #7a4f0f; }
                .wait_backoff { fill: #4c2889; }
              }
            </style>
            """;
}
