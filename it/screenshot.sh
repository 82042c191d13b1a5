#!/usr/bin/env bash
# Pictures of the timeline's page as a browser shows it, light, dark and on a narrow screen: for looking, not for CI. Needs Chromium
# (Debian: apt-get install chromium) and the page that "mvn -q -Pdemo verify" has made, or another one.
#   it/screenshot.sh [PAGE [DIRECTORY]]
set -euo pipefail

target=$(dirname "${BASH_SOURCE[0]}")/target
page=$(realpath "${1:-$target/timeline.html}")
directory=$(realpath "${2:-$target}")

shoot() {
    local name=$1 size=$2 scheme=$3 profile
    profile=$(mktemp -d)
    chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --user-data-dir="$profile" --hide-scrollbars --window-size="$size" \
        --blink-settings=preferredColorScheme="$scheme" --screenshot="$directory/timeline-$name.png" "file://$page" \
        2>"$profile/log" || { cat "$profile/log"; exit 1; }
    rm -rf "$profile"
    echo "$directory/timeline-$name.png"
}

# To Chromium 0 is dark and 1 is light.
shoot light 1240,2330 1
shoot dark 1240,2330 0
shoot narrow 500,2600 1
