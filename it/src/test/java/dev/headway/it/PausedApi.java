package dev.headway.it;

import static dev.headway.testkit.ScriptedServer.status;

import dev.headway.testkit.ScriptedServer;
import dev.headway.testkit.VirtualTime;
import java.net.Socket;
import java.time.Duration;

/** Refuses everything until its moment has come. */
final class PausedApi implements ScriptedServer.Answer {

    private final VirtualTime time;
    private final Duration pause;
    private Duration until;
    private int refused;

    PausedApi(VirtualTime time, Duration pause) {
        this.time = time;
        this.pause = pause;
        this.until = time.elapsed().plus(pause);
    }

    /** Begins another pause. */
    synchronized void pauseAgain() {
        until = time.elapsed().plus(pause);
    }

    synchronized int refused() {
        return refused;
    }

    @Override
    public void to(Socket socket) throws Exception {
        answer().to(socket);
    }

    private synchronized ScriptedServer.Answer answer() {
        Duration left = until.minus(time.elapsed());
        if (left.isNegative() || left.isZero()) {
            return status(200, "ok");
        }
        refused++;
        return status(
                429,
                "a small body",
                "Retry-After: " + left.plusNanos(999_999_999).toSeconds());
    }
}
