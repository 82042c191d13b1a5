#!/usr/bin/env bash
# One limit in Redis, beside the peers: permits a second from one process (1 and 8 threads) and from four, and what four processes are
# granted of 500 a second in 5 s. About 6 minutes on two cores. Starts a redis-server of its own on a free loopback port: Debian's where
# it is installed, else the one that the tests embed. JAVA=/path/to/java picks the JVM.
#   ./run-redis.sh          CASES=speed,correct ROUNDS=6 WARM=12000 MILLIS=500 REPS=2 IMPLS=floor-evalsha,headway
# For WARM ms all processes run each limiter before it counts: on two cores, the compilers of four are busy for 10 to 16 s.
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
. ./neighbours.sh
OUT=${OUT:-target/out}
mkdir -p "$OUT"
(cd .. && mvn -q -B -Pbenchmarks -pl benchmarks -am package -DskipTests)
neighbours_begin
"$JAVA" -Drounds="${ROUNDS:-6}" -Dwarm="${WARM:-12000}" -Dmillis="${MILLIS:-500}" -Dreps="${REPS:-2}" -Dcases="${CASES:-speed,correct}" \
    ${IMPLS:+-Dimpls="$IMPLS"} -cp 'target/classes:target/lib/*' dev.headway.benchmarks.redis.RunRedis "$OUT/redis.csv"
neighbours_end
