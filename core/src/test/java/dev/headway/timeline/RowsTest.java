package dev.headway.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowsTest {

    @Test
    void callsAfterEachOtherShareARow() {
        assertThat(Rows.of(List.of(call(0, 1000), call(1000, 2000), call(2500, 3000))))
                .hasSize(1);
    }

    @Test
    void rowWhoseFirstCallEndsFirstIsOnTop() {
        Call late = call(0, 10_000);
        Call early = call(3, 5_000);

        assertThat(Rows.of(List.of(late, early))).containsExactly(List.of(early), List.of(late));
    }

    @Test
    void callsOfARowNeverOverlap() {
        Random random = new Random(1);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            long began = random.nextInt(1_000_000);
            calls.add(call(began, began + random.nextInt(50_000)));
        }

        List<List<Call>> rows = Rows.of(calls);

        assertThat(rows.stream().mapToInt(List::size).sum()).isEqualTo(2000);
        for (List<Call> row : rows) {
            for (int i = 1; i < row.size(); i++) {
                assertThat(row.get(i).began())
                        .isGreaterThanOrEqualTo(row.get(i - 1).ended());
            }
        }
    }

    private static Call call(long began, long ended) {
        return new Call(began, ended, List.of());
    }
}
