# For mitmproxy: refuses the first requests of each API key and lets the others pass. Logs when each request came, its key, the status
# it got, and for how many seconds that allows no other.
import collections
import time

from mitmproxy import ctx, http


class RefusingProxy:
    def __init__(self):
        self.seen = collections.Counter()

    def load(self, loader):
        loader.add_option("refuse", int, 1, "How many requests of each key are refused.")
        loader.add_option("record", str, "requests.log", "The file that is written to.")

    def running(self):
        self.log = open(ctx.options.record, "a", buffering=1)

    def request(self, flow):
        key = flow.request.headers["X-Api-Key"]
        flow.metadata["at"] = time.time_ns() // 1_000_000
        self.seen[key] += 1
        if self.seen[key] <= ctx.options.refuse:
            flow.response = http.Response.make(429, b"busy", {"Retry-After": "4"})

    def response(self, flow):
        key, status = flow.request.headers["X-Api-Key"], flow.response.status_code
        self.log.write(f"{flow.metadata['at']} {key} {status} {flow.response.headers.get('Retry-After', '-')}\n")


addons = [RefusingProxy()]
