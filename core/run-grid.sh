#!/bin/sh
# The limiter in simulation: every row of the grid on nine seeds, on virtual time, as a table (about a minute).
# Words choose rows: core/run-grid.sh counter    SEEDS=1,2,3 core/run-grid.sh foreign
set -eu
cd "$(dirname "$0")/.."
exec mvn -B -ntp -q -pl core test-compile exec:java@grid -Dexec.args="$*" ${SEEDS:+-Dseeds="$SEEDS"}
