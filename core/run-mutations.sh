#!/bin/sh
# Breaks the limiter as docs/limiter-mutations.md says, one by one in a copy, and checks that the test named there fails.
# A break whose lines are no longer there is an error too. Words choose breaks by their titles: core/run-mutations.sh gate
set -eu
cd "$(dirname "$0")/.."
source=core/src/main/java/dev/headway/internal/limiter
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
plugin=org.apache.maven.plugins:maven-dependency-plugin:3.9.0
junit=$(sed -n 's|.*<junit.version>\(.*\)</junit.version>.*|\1|p' pom.xml)
mvn -B -ntp -q -pl core test-compile
mvn -B -ntp -q -pl core $plugin:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$work/path"
mvn -B -ntp -q -pl core $plugin:copy -DoutputDirectory="$work" \
    -Dartifact=org.junit.platform:junit-platform-console-standalone:"$junit"
path=core/target/classes:core/target/test-classes:$(cat "$work/path")

# One directory for each break: title, test, and for each place the file and the lines before and after.
awk -v work="$work" '
    /^### /          { n = sprintf("%s/break%03d", work, ++number); system("mkdir " n); print substr($0, 5) > (n "/title") }
    /^`.*#.*`$/      { gsub("`", ""); print > (n "/test"); places = 0 }
    /^```/           { inside = /^```diff/; next }
    inside && /^---/ { place = n "/place" ++places; print $2 > (place ".file"); printf "" > (place ".new"); next }
    inside && /^-/   { print substr($0, 2) > (place ".old") }
    inside && /^\+/  { print substr($0, 2) > (place ".new") }
' docs/limiter-mutations.md

# Puts the new lines of a place for its old ones, which must be there once; indentation does not matter.
replace() {
    awk -v old="$1.old" -v new="$1.new" '
        function trimmed(line) { gsub(/^[ \t]+|[ \t]+$/, "", line); return line }
        BEGIN { while ((getline line < old) > 0) wanted[++size] = trimmed(line) }
        { lines[NR] = $0 }
        END {
            for (i = 1; i + size - 1 <= NR; i++) {
                for (k = 1; k <= size && trimmed(lines[i + k - 1]) == wanted[k]; k++) {}
                if (k > size) { at = i; found++ }
            }
            for (i = 1; i <= NR; i++) {
                if (i == at) { while ((getline line < new) > 0) print line }
                if (i < at || i >= at + size) print lines[i]
            }
            exit found != 1
        }' "$2" > "$2.new" && mv "$2.new" "$2"
}

# Prints what does not apply.
broken() {
    mkdir "$1/classes" "$1/source"
    for place in "$1"/place*.file; do
        file=$(cat "$place")
        [ -f "$1/source/$file" ] || find "$source" -name "$file" -exec cp {} "$1/source" \;
        replace "${place%.file}" "$1/source/$file" || echo "$file"
    done
}

failed=0
tried=0
for each in "$work"/break*; do
    title=$(cat "$each/title")
    case "$title" in *"${1:-}"*) ;; *) continue ;; esac
    tried=$((tried + 1))
    test=$(cat "$each/test")
    tests=$(cd core/src/test/java && find dev/headway/internal/limiter -name "${test%%#*}.java" | sed 's|/|.|g; s|\.java$||')
    missing=$(broken "$each")
    if [ -n "$missing" ]; then
        result="DOES NOT APPLY to $missing"
    elif ! javac -nowarn -proc:none --release 17 -d "$each/classes" -cp "$path" "$each"/source/*.java > "$each/log" 2>&1; then
        result="DOES NOT COMPILE: $(head -1 "$each/log")"
    else
        status=0
        timeout 300 java -Dheadway.lincheck=2 -Djdk.attach.allowAttachSelf=true -XX:+EnableDynamicAgentLoading \
            -cp "$each/classes:$path:$(echo "$work"/*.jar)" org.junit.platform.console.ConsoleLauncher execute \
            --select-class "$tests" --include-methodname ".*#${test##*#}.*" \
            --fail-if-no-tests --details none > "$each/log" 2>&1 || status=$?
        case $status in
            0) result="NOT FOUND by $test" ;;
            1) result="found by $test" ;;
            *) result="NO RESULT of $test ($status)" ;;
        esac
    fi
    case $result in found*) ;; *) failed=1 ;; esac
    echo "$title: $result"
done
[ $tried -gt 0 ] || { echo "No break has such a title"; failed=1; }
exit $failed
