package dev.headway.redis;

import dev.headway.Permit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to the engine.
 *
 * @param leases the numbers that are asked about: first, and how many
 * @param givenUp the numbers that nobody waits for any more: first, and how many
 * @param wanted the numbers that are asked for
 * @param told what the engine is told
 * @param calls how many of ours it has not heard of
 * @param resends how many of those were no first attempts
 * @param places so many calls had come when it was asked
 */
record Question(
        List<long[]> leases,
        List<long[]> givenUp,
        Wanted wanted,
        Report.Told told,
        long calls,
        long resends,
        long places) {

    private static final int FIXED = 22;

    /**
     * The arguments of the script: its numbers, and the names of the windows.
     *
     * @param settings the limits
     * @param heard what the engine has said last
     * @param line the calls that wait
     */
    byte[][] arguments(Settings settings, Heard heard, Line line, long now) {
        List<Lane> lanes = settings.kept();
        Map<String, Window> windows = told.windows();
        int size = FIXED
                + 4 * lanes.size()
                + 3 * (told.late().size() + windows.size())
                + 2 * (leases.size() + givenUp.size() + wanted.dear().size());
        Doubles numbers = new Doubles(size);
        numbers.add(wanted.units());
        numbers.add(TimeUnit.NANOSECONDS.toMicros(line.longestWait(now)));
        numbers.add(settings.ttlMillis());
        numbers.add(heard.changes());
        numbers.add(heard.numbers());
        numbers.add(Time.micros(Math.max(0, heard.pausedUntil() - now)));
        numbers.add(heard.nothingYet() ? 0 : TimeUnit.NANOSECONDS.toMicros(now - heard.at()));
        numbers.add(told.pauseUntil() == 0 ? 0 : Time.micros(told.pauseUntil() - now));
        numbers.add(told.pauseEpoch());
        numbers.add(told.acceptedEpoch());
        numbers.add(calls);
        numbers.add(resends);
        numbers.add(told.besides());
        numbers.add(told.back() ? 1 : 0);
        numbers.add(heard.round());
        numbers.add(wanted.firstCost());
        numbers.add(lanes.size());
        numbers.add(told.late().size());
        numbers.add(windows.size());
        numbers.add(leases.size());
        numbers.add(givenUp.size());
        numbers.add(wanted.dear().size());
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            numbers.add(lane.bucket() ? 1 : 2);
            numbers.add(lane.amount());
            numbers.add(lane.extent());
            numbers.add(i < heard.used().size() ? heard.used().get(i) : 0);
        }
        for (Late late : told.late()) {
            numbers.add(late.units());
            numbers.add(Time.micros(now - late.wentAt()));
            numbers.add(Time.micros(now - late.cameAt()));
        }
        byte[][] arguments = new byte[1 + windows.size()][];
        int at = 1;
        for (Map.Entry<String, Window> each : windows.entrySet()) {
            Window window = each.getValue();
            arguments[at++] = each.getKey().getBytes(StandardCharsets.UTF_8);
            numbers.add(window.last());
            numbers.add(Time.micros(Math.max(0, window.end() - now)));
            numbers.add(window.since());
        }
        for (long[] lease : leases) {
            numbers.add(lease[0]);
            numbers.add(lease[1]);
        }
        for (long[] range : givenUp) {
            numbers.add(range[0]);
            numbers.add(range[1]);
        }
        for (Wanted.Dear each : wanted.dear()) {
            numbers.add(each.place() + 1);
            numbers.add(each.call().cost);
        }
        arguments[0] = numbers.bytes();
        return arguments;
    }

    /** Null if it is none of ours. */
    @Nullable Reply read(List<?> answer) {
        try {
            return new Reply(answer, leases, wanted.units());
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Where the engine gives no numbers: the first call, if it takes more than one. */
    List<RedisPermit> tooDear() {
        return wanted.dear().stream()
                .filter(each -> each.place() == 0)
                .map(Wanted.Dear::call)
                .filter(call -> call.state() == Permit.State.PENDING)
                .toList();
    }
}
