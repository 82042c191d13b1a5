package dev.headway.timeline;

import java.util.List;

/** All lanes, one below the other, as one SVG. */
final class Picture {

    private static final int HEAD = 72;
    private static final int LANE_TITLE = 34;
    private static final int MOST_LETTERS = 130;

    private Picture() {}

    static String of(String title, List<Track> tracks) {
        Markup out = new Markup();
        Drawing drawing = Drawing.of(tracks, out);
        int height = HEAD
                + 10
                + tracks.stream()
                        .mapToInt(track -> LANE_TITLE + Drawing.height(track))
                        .sum();
        out.raw(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                                + " role=\"img\" aria-label=\"",
                        Drawing.WIDTH, height, Drawing.WIDTH, height)
                .text(title)
                .raw("\">\n<style>\n")
                .raw(Style.DRAWING)
                .raw("</style>\n");
        drawing.rect("ground", 0, 0, Drawing.WIDTH, height);
        drawing.label("title", Drawing.LEFT, 30, Markup.cut(title, 100));
        legend(drawing, out);
        int top = HEAD;
        for (Track track : tracks) {
            drawing.label("lane", Drawing.LEFT, top + 24, heading(track));
            drawing.draw(track, top + LANE_TITLE);
            top += LANE_TITLE + Drawing.height(track);
        }
        return out.raw("</svg>\n").toString();
    }

    private static String heading(Track track) {
        String summary = " – " + track.summary();
        return Markup.cut(track.name(), Math.max(20, MOST_LETTERS - summary.length())) + summary;
    }

    private static void legend(Drawing drawing, Markup out) {
        int x = Drawing.LEFT;
        for (Legend entry : Legend.ALL) {
            out.raw("<g transform=\"translate(%d 44)\">", x).raw(entry.shape()).raw("</g>\n");
            drawing.label("", x + 22, 55, entry.words());
            x += 44 + entry.words().length() * 6;
        }
    }
}
