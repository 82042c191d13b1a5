package dev.headway.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to the engine.
 *
 * @param leases the numbers that are asked about: first, and how many
 * @param want how many more are wanted
 * @param told what the engine is told
 * @param calls how many of ours it has not heard of
 * @param resends how many of those were no first attempts
 * @param places so many calls had come when it was asked
 */
record Question(List<long[]> leases, long want, Report.Told told, long calls, long resends, long places) {

    /**
     * The words of the script.
     *
     * @param settings the limits
     * @param heard what the engine has said last
     * @param line the calls that wait
     */
    String[] arguments(Settings settings, Heard heard, Line line, long now) {
        List<Lane> lanes = settings.lanes();
        List<Object> words = new ArrayList<>(32);
        words.add(want);
        words.add(TimeUnit.NANOSECONDS.toMicros(line.longestWait(now)));
        words.add(line.greatestCost());
        words.add(settings.ttlMillis());
        words.add(heard.changes());
        words.add(heard.numbers());
        words.add(Time.micros(Math.max(0, heard.pausedUntil() - now)));
        words.add(heard.nothingYet() ? 0 : TimeUnit.NANOSECONDS.toMicros(now - heard.at()));
        words.add(told.pauseUntil() == 0 ? 0 : Time.micros(told.pauseUntil() - now));
        words.add(told.pauseEpoch());
        words.add(told.acceptedEpoch());
        words.add(calls);
        words.add(resends);
        words.add(told.besides());
        words.add(told.back() ? 1 : 0);
        words.add(heard.round());
        words.add(line.isEmpty() ? 1 : line.first().cost);
        words.add(lanes.size());
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            words.add(lane.bucket() ? 1 : 2);
            words.add(lane.amount());
            words.add(lane.extent());
            words.add(i < heard.used().size() ? heard.used().get(i) : 0);
        }
        addWindows(words, now);
        words.add(leases.size());
        for (long[] lease : leases) {
            words.add(lease[0]);
            words.add(lease[1]);
        }
        return words.stream().map(String::valueOf).toArray(String[]::new);
    }

    private void addWindows(List<Object> words, long now) {
        Map<String, Window> windows = told.windows();
        words.add(windows.size());
        windows.forEach((name, window) -> {
            words.add(name);
            words.add(window.last());
            words.add(Time.micros(Math.max(0, window.end() - now)));
            words.add(window.since());
        });
    }

    /** Null if it is none of ours. */
    @Nullable Reply read(List<?> answer) {
        try {
            return new Reply(answer, leases, want);
        } catch (RuntimeException e) {
            return null;
        }
    }
}
