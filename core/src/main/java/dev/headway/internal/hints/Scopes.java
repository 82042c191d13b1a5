package dev.headway.internal.hints;

import org.jspecify.annotations.Nullable;

/** What the limits of one response are of. Fields that contradict each other say nothing: then it may be the whole API. */
final class Scopes {

    private static final int LONGEST = 128;

    private static final String GLOBAL = "global";

    /** Keys and words are kept and compared for long, so that they are bounded and printable. */
    static boolean isWord(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    /** One word, or none where there are several. */
    private static final class Only {

        private @Nullable String word;
        private boolean several;

        void add(String text) {
            if (isWord(text)) {
                several |= word != null && !word.equals(text);
                word = text;
            }
        }

        @Nullable String get() {
            return several ? null : word;
        }

        boolean unclear() {
            return several;
        }
    }

    private final Only key = new Only();
    private final Only draftKey = new Only();
    private final Only resource = new Only();
    private final Only words = new Only();
    private boolean whole;
    private boolean undivided;

    /** The key of the part that has the limits, such as a bucket's. */
    void addKey(String text) {
        key.add(text);
    }

    /** The partition key of a limit of the IETF drafts, or null where the limit has none. */
    void addDraftKey(@Nullable String text) {
        undivided |= text == null || !isWord(text);
        draftKey.add(text != null ? text : "");
    }

    /** A name that people read and that is a key too. */
    void addResource(String text) {
        resource.add(text);
    }

    /** Words that only people can use. */
    void addWords(String text) {
        whole |= text.equalsIgnoreCase(GLOBAL);
        words.add(text);
    }

    /** The refusal is about the whole API, whatever part is named beside. */
    void addWhole() {
        whole = true;
    }

    @Nullable String partition() {
        if (key.unclear() || resource.unclear()) {
            return null;
        }
        if (key.get() != null) {
            return key.get();
        }
        if (resource.get() != null) {
            return resource.get();
        }
        return undivided ? null : draftKey.get();
    }

    boolean whole() {
        return whole;
    }

    @Nullable String words() {
        if (words.get() != null || words.unclear()) {
            return words.get();
        }
        return whole ? GLOBAL : resource.get();
    }
}
