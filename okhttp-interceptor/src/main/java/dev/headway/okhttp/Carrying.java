package dev.headway.okhttp;

import dev.headway.CallTrace;
import dev.headway.spi.BlockingDriver;
import dev.headway.spi.BlockingExchange;
import dev.headway.spi.Execution;
import java.io.IOException;
import java.io.InterruptedIOException;
import okhttp3.Request;
import okhttp3.Response;

/** What interceptor and call factory do alike: carrying a call out on this thread, and the trace of a response. */
final class Carrying {

    private Carrying() {}

    static <E extends OkHttpExchange & BlockingExchange<Response>> Response out(Execution execution, E exchange)
            throws IOException {
        try {
            return exchange.handedOver(BlockingDriver.run(execution, exchange));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    static Response traced(Response response, Execution execution) {
        Request request = response.request();
        CallTrace trace = execution.eventful() ? execution.trace() : null;
        // A caller may have built the request from that of an earlier response, whose trace it then still carries.
        if (trace == null && RequestTags.trace(request) == null) {
            return response;
        }
        Request tagged = request.newBuilder().tag(CallTrace.class, trace).build();
        return response.newBuilder().request(tagged).build();
    }
}
