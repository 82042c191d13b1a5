package dev.headway.timeline;

import java.util.ArrayList;
import java.util.List;

/**
 * What a colour means.
 *
 * @param shape how it looks, within 16 times 14
 * @param words what it is
 */
record Legend(String shape, String words) {

    static final List<Legend> ALL = all();

    private static List<Legend> all() {
        List<Legend> entries = new ArrayList<>();
        for (Kind kind : List.of(Kind.ACCEPTED, Kind.REFUSED, Kind.FAILED)) {
            entries.add(box(kind.style(), kind.words()));
        }
        for (Kind kind : List.of(Kind.WAIT_PERMIT, Kind.WAIT_PAUSE, Kind.WAIT_BACKOFF)) {
            entries.add(box(kind.style(), kind.words()));
        }
        entries.add(new Legend("<rect class=\"gate\" y=\"5\" width=\"16\" height=\"6\"/>", "gate closed"));
        entries.add(new Legend("<path class=\"told\" d=\"M0 8H16\"/>", "limit as told"));
        entries.add(new Legend("<path class=\"learned\" d=\"M0 8H16\"/>", "limit as learned"));
        return List.copyOf(entries);
    }

    private static Legend box(String style, String words) {
        return new Legend("<rect class=\"" + style + "\" y=\"1\" width=\"16\" height=\"12\"/>", words);
    }
}
