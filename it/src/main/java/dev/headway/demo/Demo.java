package dev.headway.demo;

import dev.headway.Headway;
import dev.headway.TokenBucket;
import dev.headway.testkit.RateLimitHeaders;
import dev.headway.testkit.RateLimitedApi;
import dev.headway.testkit.RetryAfter;
import dev.headway.timeline.TimelineRecorder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Lets many threads call a rate-limited API at once: without Headway, with it, and with it and two clients. Then it shows what
 * that came to, as a table, as a picture and as a page. With {@code -Ddemo.url} it does the job on an API of the user's, with Headway
 * alone; with {@code -Ddemo.workers} by several processes, with and without Redis.
 */
public final class Demo {

    /** The API of the demo: 20 requests a second, 20 at once. */
    private static final TokenBucket LIMIT = TokenBucket.perSecond(20).burst(20);

    private final Options options;
    private final Path picture;
    private final Path page;
    private final PrintStream out;
    private final TimelineRecorder timeline = TimelineRecorder.create();
    private final List<Lane> lanes = new ArrayList<>();

    /**
     * Runs the demo.
     *
     * @param arguments the path of the picture to write; the page is written beside it
     */
    public static void main(String... arguments) throws InterruptedException, IOException {
        Path picture = Path.of(arguments.length > 0 ? arguments[0] : "headway-timeline.svg");
        try {
            new Demo(Options.of(System.getProperties()), picture, System.out).run();
        } catch (Options.BadOption e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    Demo(Options options, Path picture, PrintStream out) {
        this.options = options;
        this.picture = picture;
        this.page = picture.resolveSibling(picture.getFileName().toString().replaceFirst("\\.svg$", "") + ".html");
        this.out = out;
    }

    void run() throws InterruptedException, IOException {
        if (options.workers() > 1) {
            byManyProcesses();
        } else if (options.urls().isEmpty()) {
            onOwnApi();
        } else {
            onApiOfTheUsers();
        }
    }

    private void onOwnApi() throws InterruptedException, IOException {
        out.printf(
                "%d calls on %d threads, all at once, to an API that allows %d a second and %d at once.%n",
                options.calls(), options.threads(), LIMIT.permits(), LIMIT.burst());
        warmUp();
        lane("OkHttp alone", timeline -> Caller.heard(Caller.okHttp(), timeline));
        lane("OkHttp + Headway, told the limit", timeline -> Caller.okHttp(told(timeline)));
        lane(
                "OkHttp + Headway, told nothing",
                timeline -> Caller.okHttp(Headway.builder().listener(timeline).build()));
        lane("OkHttp and JDK client + one Headway", timeline -> {
            Headway shared = told(timeline);
            return Caller.alternating(Caller.okHttp(shared), Caller.jdk(shared));
        });
        show("Headway: " + options.calls() + " calls at once to an API of " + LIMIT.permits() + " a second");
        lostWithHeadway();
    }

    private void byManyProcesses() throws InterruptedException, IOException {
        lanes.addAll(new Workers(options, out).run());
        out.println();
        Table.print(lanes, out);
        lostWithHeadway();
    }

    private static Headway told(TimelineRecorder.Lane timeline) {
        timeline.told(LIMIT);
        return Headway.builder().limit(LIMIT).listener(timeline).build();
    }

    private void lane(String name, Function<TimelineRecorder.Lane, Caller> with) throws InterruptedException {
        Caller caller = with.apply(timeline.lane(name));
        try (RateLimitedApi api = api(LIMIT)) {
            List<DoneCall> calls = Job.run(options, List.of(api.url("/things")), caller, progress(name));
            double minimum = Math.max(0, options.calls() - LIMIT.burst()) / (double) LIMIT.permits();
            lanes.add(new Lane(name, calls, api.accepted() + api.refused(), api.refused(), OptionalDouble.of(minimum)));
        }
    }

    private static RateLimitedApi api(TokenBucket limit) {
        return RateLimitedApi.builder()
                .limit(limit)
                .headers(RateLimitHeaders.X_RATELIMIT)
                .retryAfter(RetryAfter.SECONDS)
                .start();
    }

    /** Loads the classes of both clients, which is not what the lanes compare. */
    private static void warmUp() throws InterruptedException, IOException {
        Headway headway = Headway.create();
        try (RateLimitedApi api = api(TokenBucket.perSecond(1000).burst(1000))) {
            URI url = api.url("/");
            for (Caller caller : List.of(Caller.okHttp(), Caller.okHttp(headway), Caller.jdk(headway))) {
                caller.call(url, null);
            }
        }
    }

    private void onApiOfTheUsers() throws InterruptedException, IOException {
        String name = "OkHttp + Headway, told nothing";
        out.printf("%d calls on %d threads to %s.%n", options.calls(), options.threads(), hosts());
        LearnedLimits learned = new LearnedLimits();
        Headway headway = Headway.builder()
                .listener(timeline.lane(name))
                .listener(learned)
                .build();
        Caller caller = Caller.okHttp(headway);
        Lane lane = Lane.asSeen(name, Job.run(options, options.urls(), caller, progress(name)));
        lanes.add(lane);
        show("Headway: " + options.calls() + " calls to " + hosts());
        learned.print(lane, out);
    }

    private String hosts() {
        return String.join(
                ", ", options.urls().stream().map(URI::getHost).distinct().toList());
    }

    private Progress progress(String name) {
        return new Progress(out, name, options.calls());
    }

    private void show(String title) throws IOException {
        out.println();
        Table.print(lanes, out);
        Files.writeString(picture, timeline.svg(title));
        Files.writeString(page, timeline.html(title));
        out.println();
        out.println("The timeline is in " + picture.toAbsolutePath().normalize());
        out.println("and as a page in " + page.toAbsolutePath().normalize());
    }

    private void lostWithHeadway() {
        for (Lane lane : lanes.subList(1, lanes.size())) {
            if (!lane.complete()) {
                throw new IllegalStateException("\"" + lane.name() + "\" lost calls");
            }
        }
    }
}
