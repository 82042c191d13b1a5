#!/usr/bin/env bash
# What pacing and retrying add to one call that is neither delayed nor repeated: (1) JMH over a canned answer, nanoseconds and
# bytes; (2) real sockets on loopback against a server in another JVM: p50, p99, bytes, connections. About 6 minutes.
# JAVA=/path/to/java picks the JVM.
#   ./run-client-overhead.sh        CASES=stub,loopback ROUNDS=3 LOOP_ROUNDS=100 IMPLS=okhttp-bare,okhttp-headway
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
. ./neighbours.sh
ROUNDS=${ROUNDS:-3}
LOOP_ROUNDS=${LOOP_ROUNDS:-100}
CASES=${CASES:-stub,loopback}
OUT=${OUT:-target/out}
mkdir -p "$OUT"
(cd .. && mvn -q -B -Pbenchmarks -pl benchmarks -am package -DskipTests)
CP='target/classes:target/lib/*'
neighbours_begin
if [[ $CASES == *stub* ]]; then
    "$JAVA" -Drounds="$ROUNDS" ${IMPLS:+-Dimpls="$IMPLS"} -Djmh.ignoreLock=true -cp "$CP" \
        dev.headway.benchmarks.client.RunStub "$OUT/stub.csv" 2>&1 | grep -v "^WARNING: .*[Uu]nsafe\|^WARNING: Please consider"
fi
if [[ $CASES == *loopback* ]]; then
    "$JAVA" -Xms1g -Xmx2g -XX:+UseParallelGC -Drounds="$LOOP_ROUNDS" -Dblock=200 ${IMPLS:+-Dimpls="$IMPLS"} -cp "$CP" \
        dev.headway.benchmarks.client.RunLoopback "$OUT/loopback.csv"
fi
neighbours_end
