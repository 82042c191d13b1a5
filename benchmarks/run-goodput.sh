#!/usr/bin/env bash
# 200 calls on 200 threads and 2000 calls on 50 through real limits on loopback, beside the peers: nginx limit_req and
# express-rate-limit. What got through, what was refused, how long against the least time the limit leaves. About 7 minutes: the
# cases run side by side (nearly all of it is waiting), the strategies of a case in turn.
# Installs nginx from Debian and express from npm where they are missing; needs Node 18.
#   ./run-goodput.sh        REP=1 CASES=nginx-r20b0-200 STRATEGIES=headway,oracle SERIAL=true
# Rows are added to target/out/goodput.csv: run it again with REP=2, 3 for a spread; remove the file to begin anew.
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
. ./neighbours.sh
OUT=${OUT:-target/out}
mkdir -p "$OUT"
command -v nginx >/dev/null || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx
}
[[ -d server/node_modules/express-rate-limit ]] ||
    (cd server && npm install --no-package-lock --no-audit --no-fund --silent)
(cd .. && mvn -q -B -Pbenchmarks -pl benchmarks -am package -DskipTests)
neighbours_begin
"$JAVA" -Xms512m -Xmx2g -Drep="${REP:-1}" -Dserial="${SERIAL:-false}" -Ddeadline="${DEADLINE:-45}" \
    ${CASES:+-Dcases="$CASES"} ${STRATEGIES:+-Dstrategies="$STRATEGIES"} \
    -cp 'target/classes:target/lib/*' dev.headway.benchmarks.goodput.RunGoodput "$OUT/goodput.csv" server/server.mjs
neighbours_end
