#!/bin/sh
# Make .venv and install the package in it; with "lab", also what the lab needs, and with "dev", what the tests do.
# A stamp records what was installed from where, so that a second call returns at once and an edited
# pyproject.toml, a moved folder or a vanished interpreter makes a new environment.
# Usage: sh tools/install.sh base|lab|dev [PREFERRED_PYTHON]
set -eu

wanted=$1
preferred=${2:-}
venv=.venv
bin=$venv/bin
[ "${OS:-}" != Windows_NT ] || bin=$venv/Scripts

# Wheels of the runtime dependencies for CPython 3.11 on Linux x86-64: `pip download --only-binary :all:` of
# [project].dependencies gave 29 files, 184 MB. The server of the lab extra added 24 MB, the tools of the dev extra, which
# has that too, 61 MB.
base_download="about 184 MB"
lab_download="about 24 MB"
dev_download="about 61 MB"

state="$(cksum <pyproject.toml) $PWD"

installed() {
    [ -f "$venv/installed-$1" ] && [ "$(cat "$venv/installed-$1")" = "$state" ] &&
        "$bin/python" -c "" 2>/dev/null
}

pip_install() {
    "$bin/python" -m pip install --quiet --disable-pip-version-check --no-input --editable "$1" || {
        echo "The installation failed: pip says why above; run the same make again once it is mended." >&2
        exit 1
    }
}

if ! installed base; then
    python=$(sh tools/find-python.sh "$preferred")
    echo "Downloading and installing what sansheng needs into $venv: $base_download, once; a minute or two."
    "$python" -m venv --clear "$venv"
    pip_install .
    printf '%s\n' "$state" >"$venv/installed-base"
fi

# What an extra adds: its name, what it is for, and the size of the download.
add() {
    if [ "$wanted" = "$1" ] && ! installed "$1"; then
        echo "Downloading and installing what $2 into $venv: $3, once."
        pip_install ".[$1]"
        printf '%s\n' "$state" >"$venv/installed-$1"
    fi
}

add lab "the lab needs" "$lab_download"
add dev "its tests need" "$dev_download"
