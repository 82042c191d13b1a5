#!/usr/bin/env bash
# One limit in Redis, beside the peers: permits a second from one process (1 and 8 threads) and from four, and what four processes are
# granted of 500 a second in 5 s. About 8 minutes on two cores. Starts a redis-server of its own on a free loopback port: Debian's where
# it is installed, else the one that the tests embed. JAVA=/path/to/java picks the JVM.
#   ./run-redis.sh          CASES=speed,correct ROUNDS=5 WARM=40000 MILLIS=1000 REPS=2 IMPLS=floor-evalsha,headway
# For WARM ms all processes run each limiter before it counts: after 8 s two fifths of the CPU of four processes are still their compilers'.
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
. ./neighbours.sh
OUT=${OUT:-target/out}
mkdir -p "$OUT"
(cd .. && mvn -q -B -Pbenchmarks -pl benchmarks -am package -DskipTests)
neighbours_begin
"$JAVA" -Drounds="${ROUNDS:-5}" -Dwarm="${WARM:-40000}" -Dmillis="${MILLIS:-1000}" -Dreps="${REPS:-2}" -Dcases="${CASES:-speed,correct}" \
    ${IMPLS:+-Dimpls="$IMPLS"} -cp 'target/classes:target/lib/*' dev.headway.benchmarks.redis.RunRedis "$OUT/redis.csv"
neighbours_end
