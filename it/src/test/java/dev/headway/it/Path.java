package dev.headway.it;

import dev.headway.Headway;

/** The ways a program can make a call. */
public enum Path {
    OKHTTP_EXECUTE("OkHttp execute"),
    OKHTTP_ENQUEUE("OkHttp enqueue"),
    FACTORY_EXECUTE("OkHttp execute via factory"),
    FACTORY_ENQUEUE("OkHttp enqueue via factory"),
    JDK_SEND("JDK send"),
    JDK_SEND_ASYNC("JDK sendAsync");

    private final String words;

    Path(String words) {
        this.words = words;
    }

    public Client open(Headway headway) {
        return open(headway, Setup.PLAIN);
    }

    public Client open(Headway headway, Setup setup) {
        return okHttp() ? new OkHttpPaths(this, headway, setup) : new JdkPaths(this, headway, setup);
    }

    boolean okHttp() {
        return this != JDK_SEND && this != JDK_SEND_ASYNC;
    }

    /** Whether the calls are those of a call factory, instead of passing an interceptor. */
    boolean factory() {
        return this == FACTORY_EXECUTE || this == FACTORY_ENQUEUE;
    }

    boolean jdk() {
        return !okHttp();
    }

    /** Whether the caller's own thread carries the call, and hears its interrupt. */
    boolean blocking() {
        return this == OKHTTP_EXECUTE || this == FACTORY_EXECUTE || this == JDK_SEND;
    }

    boolean cancellable() {
        return this != JDK_SEND;
    }

    /** Whether a call that waits keeps a thread parked. */
    boolean parks() {
        return this != JDK_SEND_ASYNC && this != FACTORY_ENQUEUE;
    }

    @Override
    public String toString() {
        return words;
    }
}
