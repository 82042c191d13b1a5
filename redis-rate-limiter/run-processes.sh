#!/usr/bin/env bash
# Four processes of 50 threads on one Redis and one API with a fixed window, at the sizes of docs/distributed.md; 5 minutes.
set -euo pipefail
cd "$(dirname "$0")"
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.9.0
(cd .. && mvn -B -ntp -q -pl bom,redis-rate-limiter -am test-compile \
    $plugin:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/test-path)
java -cp "target/test-classes:target/classes:$(cat target/test-path)" dev.headway.redis.Processes
