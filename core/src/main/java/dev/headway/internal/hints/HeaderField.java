package dev.headway.internal.hints;

import dev.headway.internal.hints.FieldName.Meaning;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a header field means by its name: what a dialect says of it, else what the shape of the name says.
 *
 * <p>Servers always send the same few names, and to compare a name is quicker than to search it. So what was found of a name
 * stays in a table of bounded size, also that it means nothing.
 *
 * @param name as received
 * @param lower the name in lower case
 * @param shape what the shape of the name says, if anything
 * @param dialect how a dialect reads the value, if there is one
 * @param matters whether a response with such a field is looked at
 * @param noted whether the field is kept: a few matter only beside others
 */
record HeaderField(
        String name,
        String lower,
        @Nullable FieldName shape,
        @Nullable Reading dialect,
        boolean matters,
        boolean noted) {

    private static final int LONGEST = 100;

    private static final HeaderField TOO_LONG = new HeaderField("", "", null, null, false, false);

    /** Two places for each name: the first belongs to whoever came first, the second to whoever came last. */
    private static final @Nullable HeaderField[] KNOWN = new @Nullable HeaderField[1024];

    /** Names that mean nothing, as nearly all do, for a quicker look; each place belongs to whoever came first. */
    private static final @Nullable String[] DULL = new @Nullable String[512];

    /** Whether a field of that name may say something of limits. Runs for every field of every response. */
    static boolean mayMatter(String name) {
        int length = name.length();
        int place = length == 0 ? 0 : (length * 31 + name.charAt(length - 1)) & DULL.length - 1;
        String dull = DULL[place];
        if (dull != null && dull.equals(name)) {
            return false;
        }
        boolean matters = of(name).matters;
        if (!matters && dull == null && length <= LONGEST) {
            DULL[place] = name;
        }
        return matters;
    }

    /** What a name means. Written without a lock: what is lost is searched again. */
    static HeaderField of(String name) {
        int length = name.length();
        if (length == 0 || length > LONGEST) {
            return TOO_LONG;
        }
        int mixed =
                (length * 31 + name.charAt(length - 1)) * 31 + name.charAt(length >> 1) * 7 + name.charAt(length >> 2);
        int place = mixed << 1 & KNOWN.length - 2;
        HeaderField first = KNOWN[place];
        if (first != null && first.name.equals(name)) {
            return first;
        }
        HeaderField second = KNOWN[place + 1];
        if (second != null && second.name.equals(name)) {
            return second;
        }
        HeaderField found = search(name);
        KNOWN[first == null ? place : place + 1] = found;
        return found;
    }

    static HeaderField search(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        FieldName shape = FieldName.of(lower);
        Reading dialect = Dialects.INSTANCE.of(lower);
        boolean ofClock = shape != null && (shape.meaning() == Meaning.DATE || shape.meaning() == Meaning.AGE);
        boolean matters = dialect != null || (shape != null && !ofClock);
        boolean noted = matters || ofClock || Dialects.INSTANCE.isCondition(lower);
        return new HeaderField(name, lower, shape, dialect, matters, noted);
    }
}
