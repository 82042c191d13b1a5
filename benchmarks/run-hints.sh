#!/usr/bin/env bash
# What it costs to read the header fields of one response: 20 fields without any of a limit, and GitHub's; nanoseconds and bytes,
# beside a look-up by hand. About a minute. JAVA=/path/to/java picks the JVM; arguments go to JMH. Last comes the quickest
# iteration of all forks: on a machine shared with others it says more than the mean.
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
. ./neighbours.sh
OUT=${OUT:-target/out}
mkdir -p "$OUT"
(cd .. && mvn -q -B -Pbenchmarks -pl benchmarks -am package -DskipTests)
neighbours_begin
"$JAVA" -Djmh.ignoreLock=true -cp 'target/classes:target/lib/*' org.openjdk.jmh.Main HintBench -prof gc "$@" >"$OUT/hints.txt" 2>&1
neighbours_end
grep "^HintBench.*ns/op\|^HintBench.*alloc.rate.norm" "$OUT/hints.txt"
awk '/^# Benchmark:/ {n = $3; sub(/.*\./, "", n)} /^# Parameters:/ {p = $0; gsub(/.*= |\)/, "", p)}
     /^Result/ {r = 1} /^Secondary/ {r = 0} r && /min, avg, max/ {gsub(/[(,]/, "", $5); print "quickest", n, p, $5, "ns/op"}' "$OUT/hints.txt"
