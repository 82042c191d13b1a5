#!/usr/bin/env bash
# Installs real servers for tests, each only where it is missing: install.sh [nginx] [haproxy] [express] [httpbin] [mitmproxy], all of
# them by default. From Debian, and express from npm in the versions of the lock file. Says loudly what it could not get, and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
(($# > 0)) || set -- nginx haproxy express httpbin mitmproxy

missing() {
    echo "!!! $1: the real servers can not be started." >&2
    exit 1
}

installed() {
    command -v "$1" >/dev/null
}

packages=()
for server in "$@"; do
    case $server in
    nginx) installed nginx || packages+=(nginx) ;;
    haproxy) installed haproxy || packages+=(haproxy) ;;
    express)
        installed node || packages+=(nodejs)
        installed npm || npm --prefix express ls --silent >/dev/null 2>&1 || packages+=(npm)
        ;;
    # Debian's own Python has it; another that comes first on the path has not.
    httpbin) /usr/bin/python3 -c 'import httpbin' 2>/dev/null || packages+=(python3-httpbin) ;;
    mitmproxy) installed mitmdump || packages+=(mitmproxy) ;;
    *) missing "no server is called $server" ;;
    esac
done
if ((${#packages[@]} > 0)); then
    echo "installing ${packages[*]}"
    ((EUID == 0)) || missing "${packages[*]} missing, and only root can install it"
    apt-get update -qq || missing "apt-get update failed"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
        missing "apt-get can not install ${packages[*]}"
fi
if [[ " $* " == *" express "* ]] && ! npm --prefix express ls --silent >/dev/null 2>&1; then
    [[ $(node -p 'process.versions.node.split(".")[0]') -ge 18 ]] || missing "Node is $(node --version), but express needs 18"
    (cd express && npm ci --no-audit --no-fund --silent) || missing "npm can not install express"
fi
