#!/usr/bin/env bash
# What 100 000 waiting sendAsync calls hold, bytes each, and how long it takes to cancel them all. About a minute.
# JAVA=/path/to/java picks the JVM.
#   ./run-waiting.sh        CALLS=100000
set -euo pipefail
cd "$(dirname "$0")"
JAVA=${JAVA:-java}
(cd .. && mvn -q -B -Pbenchmarks -pl benchmarks -am package -DskipTests)
"$JAVA" -Xmx2g -Dcalls="${CALLS:-100000}" -cp 'target/classes:target/lib/*' dev.headway.benchmarks.client.RunWaiting
