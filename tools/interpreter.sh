#!/bin/sh
# Prints the Python that the environment is made with: $PYTHON if given, else the first that is new enough and can make one.
usable='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
for python in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    if "$python" -c "$usable" >/dev/null 2>&1; then
        echo "$python"
        exit
    fi
done
cat >&2 <<END
Huiying needs Python 3.11 or newer with its modules venv and ensurepip; there is none (looked for: ${PYTHON:-python3.13, 3.12, 3.11, python3}).
Install it (Debian, Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3; macOS: brew install python)
or name one: make setup PYTHON=/path/to/python3
END
exit 1
