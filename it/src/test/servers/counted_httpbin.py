# httpbin: counted_httpbin.py PORT LOG. Logs when each request came, its API key and the status it got.
import sys
import time

from flask import g, request
from httpbin import app
from werkzeug.serving import WSGIRequestHandler

port, log = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1)


@app.before_request
def came():
    g.at = time.time_ns() // 1_000_000


@app.after_request
def answered(response):
    log.write(f"{g.at} {request.headers['X-Api-Key']} {response.status_code} -\n")
    return response


# Else it closes each connection.
WSGIRequestHandler.protocol_version = "HTTP/1.1"
app.run(host="127.0.0.1", port=port, threaded=True)
