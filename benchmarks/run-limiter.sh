#!/usr/bin/env bash
# One permit in process, beside the peers: 1, 2 and 8 threads, a refusal, a look-up among a million keys, and the bytes of heap
# that a key takes. About 7 minutes on two cores. JAVA=/path/to/java picks the JVM.
#   ./run-limiter.sh        CASES=acquire,none,keyed,footprint ROUNDS=2 IMPLS=floor-gcra-cas,headway
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
. ./neighbours.sh
ROUNDS=${ROUNDS:-2}
CASES=${CASES:-acquire,none,keyed,footprint}
KEYS=${KEYS:-1000000}
FOOTPRINT=${FOOTPRINT:-map-only,floor-gcra-slim,guava,bucket4j-lockfree-ms,r4j-atomic,failsafe-smooth,failsafe-bursty,headway,headway-told}
OUT=${OUT:-target/out}
mkdir -p "$OUT"
(cd .. && mvn -q -B -Pbenchmarks -pl benchmarks -am package -DskipTests)
CP='target/classes:target/lib/*'
neighbours_begin
"$JAVA" -Drounds="$ROUNDS" -Dcases="$CASES" ${IMPLS:+-Dimpls="$IMPLS"} -Djmh.ignoreLock=true -cp "$CP" \
    dev.headway.benchmarks.limiter.RunLimiters "$OUT/limiters.csv" 2>&1 |
    grep -v "^WARNING: .*[Uu]nsafe\|^WARNING: Please consider"
if [[ $CASES == *footprint* ]]; then
    echo 'row,impl,map,keys,heap_bytes_per_key,fill_ms'
    for impl in ${FOOTPRINT//,/ }; do
        "$JAVA" -Xms2g -Xmx6g -XX:+UseSerialGC -cp "$CP" dev.headway.benchmarks.limiter.KeyedFootprint "$impl" chm "$KEYS" \
            2>/dev/null | grep '^footprint'
    done
fi
neighbours_end
