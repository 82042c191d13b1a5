package dev.headway.internal.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The known word that somebody most likely meant. */
final class Nearest {

    private Nearest() {}

    /** Null where none is near. */
    static @Nullable String of(String word, Collection<String> known) {
        String best = null;
        int least = Math.max(1, Math.min(word.length(), 20) / 3) + 1;
        for (String each : known) {
            int distance = distance(simple(word), simple(each));
            if (distance < least) {
                least = distance;
                best = each;
            }
        }
        return best;
    }

    /** {@code max_attempts} and {@code max-attempts} are {@code maxAttempts}. */
    private static String simple(String word) {
        StringBuilder letters = new StringBuilder();
        word.chars()
                .limit(40)
                .filter(Character::isLetterOrDigit)
                .map(Character::toLowerCase)
                .forEach(c -> letters.append((char) c));
        return letters.toString();
    }

    /** Letters to add, drop or change, or neighbours to swap (Damerau, "A technique for computer detection and correction of spelling errors", 1964). */
    private static int distance(String one, String other) {
        int[][] steps = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            steps[i][0] = i;
        }
        for (int j = 0; j <= other.length(); j++) {
            steps[0][j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int best = Math.min(steps[i - 1][j - 1] + change, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                steps[i][j] = swapped ? Math.min(best, steps[i - 2][j - 2] + 1) : best;
            }
        }
        return steps[one.length()][other.length()];
    }
}
