package dev.headway.it;

import dev.headway.GiveUpReason;
import dev.headway.RetryPolicy;
import dev.headway.WaitCause;
import dev.headway.testkit.ScriptedServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A row of the table: one call, what the server does, and all that shall come of it. */
final class Scenario {

    /** A wait that shall happen. */
    record Wait(WaitCause cause, Duration length) {}

    final String name;
    Predicate<Path> paths = path -> true;

    List<ScriptedServer.Answer> script = List.of();
    ApiRequest request = ApiRequest.get();
    RetryPolicy policy = StillHeadway.policy().build();
    Setup setup = Setup.PLAIN;

    @Nullable Instant localClock;

    final List<Wait> waits = new ArrayList<>();
    /** Statuses; 0 for an attempt that failed. */
    List<Integer> attempts = List.of();

    @Nullable String body;

    @Nullable Class<? extends Throwable> okHttpFailure;

    @Nullable Class<? extends Throwable> jdkFailure;

    @Nullable GiveUpReason gaveUp;

    int requests = -1;

    private Scenario(String name) {
        this.name = name;
    }

    static Scenario of(String name) {
        return new Scenario(name);
    }

    Scenario onlyOn(Predicate<Path> some) {
        paths = some;
        return this;
    }

    Scenario server(ScriptedServer.Answer... answers) {
        script = List.of(answers);
        return this;
    }

    Scenario call(ApiRequest made) {
        request = made;
        return this;
    }

    Scenario policy(RetryPolicy.Builder rules) {
        policy = rules.build();
        return this;
    }

    Scenario setup(Setup made) {
        setup = made;
        return this;
    }

    Scenario localClock(String instant) {
        localClock = Instant.parse(instant);
        return this;
    }

    /** Waits that the server named the moment of. */
    Scenario waitsForServer(Duration... lengths) {
        for (Duration length : lengths) {
            waits.add(new Wait(WaitCause.SERVER_HINT, length));
        }
        return this;
    }

    /** So many waits of the policy's own. */
    Scenario backsOff(int times) {
        waits.addAll(Collections.nCopies(times, new Wait(WaitCause.BACKOFF, StillHeadway.BACKOFF)));
        return this;
    }

    /** What came of each attempt. */
    Scenario attempts(Integer... statuses) {
        attempts = List.of(statuses);
        return this;
    }

    /** The body of the last response, as the caller can read it. */
    Scenario gets(String text) {
        body = text;
        return this;
    }

    Scenario fails(Class<? extends Throwable> onOkHttp, Class<? extends Throwable> onJdk) {
        okHttpFailure = onOkHttp;
        jdkFailure = onJdk;
        return this;
    }

    Scenario givesUp(GiveUpReason reason) {
        gaveUp = reason;
        return this;
    }

    /** How many requests the server saw, where the client itself repeats; else one for each attempt. */
    Scenario serverSees(int number) {
        requests = number;
        return this;
    }

    @Override
    public String toString() {
        return name;
    }
}
