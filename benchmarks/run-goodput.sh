#!/usr/bin/env bash
# 200 calls on 200 threads and 2000 calls on 50 through real limits on loopback, beside the peers: nginx limit_req and
# express-rate-limit. What got through, what was refused, how long against the least time the limit leaves. About 7 minutes: the
# cases run side by side (nearly all of it is waiting), the strategies of a case in turn.
# Installs nginx and Node from Debian and express from npm where they are missing.
#   ./run-goodput.sh        REP=1 CASES=nginx-r20b0-200 STRATEGIES=headway,oracle SERIAL=true
#   ./run-goodput.sh short  Headway alone, about a minute; fails if a call failed, or far too many were refused, or client and
#                           server have counted differently. Of times it only warns: they are the machine's.
# Rows are added to target/out/goodput.csv: run it again with REP=2, 3 for a spread; remove the file to begin anew.
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
. ./neighbours.sh
SERVERS=../it/src/test/servers
"$SERVERS/install.sh" nginx express
OUT=${OUT:-target/out}/goodput.csv
options=(-Xms512m -Xmx2g)
if [[ ${1:-} == short ]]; then
    OUT=target/out/goodput-short.csv
    rm -f "$OUT"
    STRATEGIES=headway,headway-told
    # Ten times what a case takes.
    DEADLINE=100
    options=(-Xmx512m -Dshort=true)
fi
mkdir -p "$(dirname "$OUT")"
(cd .. && mvn -q -B -ntp -Pbenchmarks -pl benchmarks -am package -DskipTests)
neighbours_begin
code=0
"$JAVA" "${options[@]}" -Drep="${REP:-1}" -Dserial="${SERIAL:-false}" -Ddeadline="${DEADLINE:-45}" \
    ${CASES:+-Dcases="$CASES"} ${STRATEGIES:+-Dstrategies="$STRATEGIES"} \
    -cp 'target/classes:target/lib/*' dev.headway.benchmarks.goodput.RunGoodput "$OUT" "$SERVERS/express/server.mjs" || code=$?
neighbours_end
exit "$code"
