package dev.headway.timeline;

import dev.headway.timeline.Track.Learned;
import dev.headway.timeline.Track.Told;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A lane as SVG: time goes to the right; above, each row is a call after the other; below, what was sent each second, and the
 * limits.
 */
final class Drawing {

    static final int WIDTH = 1180;
    static final int LEFT = 48;
    private static final int PLOT = WIDTH - LEFT - 24;
    private static final int GATE = 7;
    private static final int MOST_ROWS_HEIGHT = 220;
    private static final int LEAST_ROWS_HEIGHT = 40;
    private static final int ROW_HEIGHT = 10;
    private static final int CAPTION = 24;
    private static final int BARS_HEIGHT = 84;
    private static final int AXIS = 24;
    private static final int MOST_BARS = 60;
    private static final int MOST_TICKS = 12;

    /** What is quick shall still be seen. */
    private static final double LEAST_WIDTH = 4;

    private final double seconds;
    private final Markup out;

    private Drawing(double seconds, Markup out) {
        this.seconds = seconds;
        this.out = out;
    }

    /** With the time axis that all lanes share. */
    static Drawing of(List<Track> tracks, Markup out) {
        double longest = tracks.stream().mapToDouble(Track::seconds).max().orElse(0);
        return new Drawing(Math.max(0.1, longest) * 1.02, out);
    }

    static int height(Track track) {
        return GATE + rowsHeight(Rows.of(track.calls())) + CAPTION + BARS_HEIGHT + AXIS;
    }

    private static int rowsHeight(List<List<Call>> rows) {
        return Math.max(LEAST_ROWS_HEIGHT, Math.min(MOST_ROWS_HEIGHT, rows.size() * ROW_HEIGHT));
    }

    void draw(Track track, int top) {
        List<List<Call>> rows = Rows.of(track.calls());
        int height = rowsHeight(rows);
        rect("plot", LEFT, top + GATE, PLOT, height);
        pauses(track, top);
        calls(rows, top + GATE, height);
        bars(track, top + GATE + height + CAPTION);
    }

    private void pauses(Track track, int top) {
        for (Track.Pause pause : track.pauses()) {
            double from = x(pause.from() / 1e9);
            rect("gate", from, top, Math.max(1, x(pause.to() / 1e9) - from), GATE - 1);
        }
    }

    private void calls(List<List<Call>> rows, int top, double height) {
        double row = height / Math.max(1, rows.size());
        Map<Kind, StringBuilder> paths = new EnumMap<>(Kind.class);
        for (int i = 0; i < rows.size(); i++) {
            for (Call call : rows.get(i)) {
                for (Call.Part part : call.parts()) {
                    double from = x(part.from() / 1e9);
                    double width = x(part.to() / 1e9) - from;
                    double seen = part.kind().isAttempt() ? Math.max(LEAST_WIDTH, width) : width;
                    block(paths, part.kind(), from, top + i * row, seen, row);
                }
            }
        }
        paths(paths);
    }

    // ---- what was sent each second

    private void bars(Track track, int top) {
        double bar = Figures.step(seconds / MOST_BARS);
        List<Map<Kind, Integer>> sent = sent(track, bar);
        double most = sent.stream()
                .mapToDouble(counts ->
                        counts.values().stream().mapToInt(Integer::intValue).sum() / bar)
                .max()
                .orElse(0);
        List<List<Step>> told = List.of(told(track));
        List<List<Step>> learned = learned(track);
        double highest = Math.max(highest(told), highest(learned));
        // A limit far above what was sent would leave nothing to see of it.
        double scale = Figures.end(Math.max(most * 1.05, Math.min(highest * 1.15, Math.max(1, most * 4))) + 1e-9);
        out.raw("<text class=\"small\" x=\"%d\" y=\"%d\">", LEFT, top - 7)
                .text(caption(told.get(0), learned))
                .raw("</text>\n");
        rect("plot", LEFT, top, PLOT, BARS_HEIGHT);
        label("small end", LEFT - 6, top + 9, Figures.number(scale));
        label("small end", LEFT - 6, top + BARS_HEIGHT, "0");
        Map<Kind, StringBuilder> paths = new EnumMap<>(Kind.class);
        for (int i = 0; i < sent.size(); i++) {
            double base = top + BARS_HEIGHT;
            double width = Math.max(1, Math.min(x((i + 1) * bar), LEFT + PLOT) - x(i * bar) - 1);
            for (Map.Entry<Kind, Integer> count : sent.get(i).entrySet()) {
                double tall = count.getValue() / bar / scale * BARS_HEIGHT;
                base -= tall;
                block(paths, count.getKey(), x(i * bar), base, width, tall);
            }
        }
        paths(paths);
        learned.forEach(line -> line("learned", line, top, scale, track.seconds()));
        told.forEach(line -> line("told", line, top, scale, track.seconds()));
        axis(top + BARS_HEIGHT);
    }

    private List<Map<Kind, Integer>> sent(Track track, double bar) {
        List<Map<Kind, Integer>> sent = new ArrayList<>();
        for (int i = 0; i * bar < seconds; i++) {
            sent.add(new EnumMap<>(Kind.class));
        }
        for (Call call : track.calls()) {
            for (Call.Part part : call.parts()) {
                if (part.kind().isAttempt()) {
                    int i = (int) (part.from() / 1e9 / bar);
                    sent.get(Math.max(0, Math.min(i, sent.size() - 1))).merge(part.kind(), 1, Integer::sum);
                }
            }
        }
        return sent;
    }

    /** From then on so many a second; 0 where it is not known. */
    private record Step(long at, double rate) {}

    private static List<Step> told(Track track) {
        return track.told().stream()
                .map((Told each) -> new Step(each.at(), each.rate()))
                .toList();
    }

    /** One line for each limit. */
    private static List<List<Step>> learned(Track track) {
        Map<String, List<Step>> lines = new LinkedHashMap<>();
        for (Learned each : track.learned()) {
            lines.computeIfAbsent(each.key(), key -> new ArrayList<>()).add(new Step(each.at(), each.rate()));
        }
        return List.copyOf(lines.values());
    }

    private static double highest(List<List<Step>> lines) {
        return lines.stream()
                .flatMap(List::stream)
                .mapToDouble(Step::rate)
                .max()
                .orElse(0);
    }

    private static String caption(List<Step> told, List<List<Step>> learned) {
        StringBuilder caption = new StringBuilder("requests per second");
        if (!told.isEmpty() && told.get(told.size() - 1).rate() > 0) {
            caption.append("; limit as told ")
                    .append(Figures.number(told.get(told.size() - 1).rate()));
        }
        String last = String.join(
                ", ",
                learned.stream()
                        .map(line -> line.get(line.size() - 1).rate())
                        .filter(rate -> rate > 0)
                        .map(Figures::number)
                        .limit(5)
                        .toList());
        return last.isEmpty() ? caption.toString() : caption + "; limit as learned " + last;
    }

    private void line(String style, List<Step> steps, int top, double scale, double end) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            double until = i + 1 < steps.size() ? steps.get(i + 1).at() / 1e9 : end;
            if (step.rate() > 0) {
                boolean goesOn = i > 0 && steps.get(i - 1).rate() > 0;
                double y = top + BARS_HEIGHT - Math.min(1, step.rate() / scale) * BARS_HEIGHT;
                path.append(goesOn ? "L" : "M")
                        .append(point(x(Math.min(end, step.at() / 1e9)), y))
                        .append("H")
                        .append(Figures.number(x(Math.min(end, until))));
            }
        }
        if (!path.isEmpty()) {
            out.raw("<path class=\"" + style + "\" d=\"" + path + "\"/>\n");
        }
    }

    private void axis(int y) {
        double step = Figures.step(seconds / MOST_TICKS);
        for (int i = 0; i * step <= seconds; i++) {
            double x = x(i * step);
            out.raw("<path class=\"tick\" d=\"M" + point(x, y) + "v4\"/>\n");
            label("small middle", x, y + 16, Figures.moment(i * step, step));
        }
    }

    // ---- shapes

    private double x(double second) {
        return LEFT + second / seconds * PLOT;
    }

    private static String point(double x, double y) {
        return Figures.number(x) + " " + Figures.number(y);
    }

    /** All of a kind are one path, which keeps the file small. */
    private static void block(
            Map<Kind, StringBuilder> paths, Kind kind, double x, double y, double width, double height) {
        String wide = Figures.number(width);
        paths.computeIfAbsent(kind, each -> new StringBuilder())
                .append("M")
                .append(point(x, y))
                .append("h")
                .append(wide)
                .append("v")
                .append(Figures.number(height))
                .append("h-")
                .append(wide)
                .append("z");
    }

    private void paths(Map<Kind, StringBuilder> paths) {
        paths.forEach((kind, path) -> out.raw("<path class=\"" + kind.style() + "\" d=\"" + path + "\"/>\n"));
    }

    void rect(String style, double x, double y, double width, double height) {
        out.raw(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n",
                style,
                Figures.number(x),
                Figures.number(y),
                Figures.number(width),
                Figures.number(height)));
    }

    void label(String style, double x, double y, String text) {
        out.raw("<text class=\"" + style + "\" x=\"" + Figures.number(x) + "\" y=\"" + Figures.number(y) + "\">")
                .text(text)
                .raw("</text>\n");
    }
}
