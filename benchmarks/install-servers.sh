# Sourced by run-goodput.sh: nginx and Node with npm from Debian, express from npm in the versions of the lock file; each only where it
# is missing. Says loudly what it could not get, and stops.
missing() {
    echo "!!! $1: the real servers can not be started." >&2
    exit 1
}

from_debian() {
    echo "installing $*"
    ((EUID == 0)) || missing "$* missing, and only root can install it"
    apt-get update -qq || missing "apt-get update failed"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        missing "apt-get can not install $*"
}

command -v nginx >/dev/null || from_debian nginx
command -v node >/dev/null || from_debian nodejs
[[ $(node -p 'process.versions.node.split(".")[0]') -ge 18 ]] || missing "Node is $(node --version), but express needs 18"
if ! npm --prefix server ls --silent >/dev/null 2>&1; then
    command -v npm >/dev/null || from_debian npm
    (cd server && npm ci --no-audit --no-fund --silent) || missing "npm can not install express"
fi
