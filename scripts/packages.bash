# Sourced by the other scripts: messages, and Debian's packages.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        die "this needs root, or sudo without a password: $*"
    fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 -y "$@" >&2 </dev/null; }

# Installs packages; where that fails, the package lists are renewed once.
apt_install() {
    apt install --no-install-recommends "$@" ||
        { apt update && apt install --no-install-recommends "$@"; } ||
        die "apt could not install $*"
}
