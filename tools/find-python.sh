#!/bin/sh
# Print a Python that runs, is 3.11 or newer and can make virtual environments; else say in one line what is
# missing and exit 1. Each candidate is executed: a version manager's shim may be on PATH and still fail.
# Usage: sh tools/find-python.sh [PREFERRED]

preferred=${1:-}
first_missing=

for candidate in "$preferred" python3 python3.13 python3.12 python3.11 python py; do
    [ -n "$candidate" ] || continue
    # No newline in the output: on Windows it would arrive with a carriage return.
    version=$("$candidate" -c 'import sys; sys.stdout.write("%d %d" % sys.version_info[:2])' 2>/dev/null)
    case $version in
        "3 1"[1-9] | "3 "[2-9][0-9]) ;;
        *)
            [ "$candidate" != "$preferred" ] ||
                echo "PYTHON=$preferred is not a Python >= 3.11 that runs; looking for another." >&2
            continue
            ;;
    esac
    missing=
    for module in venv ensurepip; do
        "$candidate" -c "import $module" >/dev/null 2>&1 || missing="$missing $module"
    done
    if [ -z "$missing" ]; then
        printf '%s\n' "$candidate"
        exit 0
    fi
    package="python3.${version#3 }-venv"
    [ -n "$first_missing" ] ||
        first_missing="$candidate lacks$missing: apt install $package (or your system's package for Python virtual environments)"
done

if [ -n "$first_missing" ]; then
    echo "$first_missing" >&2
else
    echo "Python 3.11 or newer is missing: apt install python3 python3-venv (or https://www.python.org/downloads)" >&2
fi
exit 1
