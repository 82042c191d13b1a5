package dev.headway.demo;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** So many calls on so many threads, all at once; the calls are dealt out in turn. */
final class Job {

    private final Options options;
    private final Caller caller;
    private final Progress progress;
    private final Queue<DoneCall> done = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ready;
    private final CountDownLatch finished;
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile long began;

    private Job(Options options, Caller caller, Progress progress) {
        this.options = options;
        this.caller = caller;
        this.progress = progress;
        this.ready = new CountDownLatch(options.threads());
        this.finished = new CountDownLatch(options.threads());
    }

    /** Does the calls, each to the next of the URLs, and returns them in the order of their ends. */
    static List<DoneCall> run(Options options, List<URI> urls, Caller caller, Progress progress)
            throws InterruptedException {
        return new Job(options, caller, progress).run(urls);
    }

    private List<DoneCall> run(List<URI> urls) throws InterruptedException {
        for (int i = 0; i < options.threads(); i++) {
            int number = i;
            Thread thread = new Thread(() -> work(number, urls), "demo-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        ready.await();
        began = System.nanoTime();
        go.countDown();
        while (!finished.await(Progress.PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
            progress.show(List.copyOf(done));
        }
        progress.show(List.copyOf(done));
        return List.copyOf(done);
    }

    private void work(int thread, List<URI> urls) {
        ready.countDown();
        try {
            go.await();
            for (int call = thread; call < options.calls(); call += options.threads()) {
                done.add(call(urls.get(call % urls.size())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finished.countDown();
        }
    }

    private DoneCall call(URI url) throws InterruptedException {
        long start = System.nanoTime() - began;
        try {
            Caller.Outcome outcome = caller.call(url, options.header());
            return DoneCall.of(start, System.nanoTime() - began, outcome);
        } catch (IOException | RuntimeException e) {
            return DoneCall.failed(start, System.nanoTime() - began, e);
        }
    }
}
