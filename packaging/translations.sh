#!/bin/bash
# Collects the words of the window into resources/translations/*.ts and compiles them to *.qm. Run after changing a text.
set -euo pipefail
cd "$(dirname "$0")/.."
bin="${VENV:-.venv}/bin"
[ -x "$bin/pyside6-lupdate" ] || { echo "pyside6-lupdate is not in $bin: run make setup first" >&2; exit 1; }
mapfile -t sources < <(find widgets console/app console/present -name '*.py' | LC_ALL=C sort)
for file in resources/translations/dsr-console_*.ts; do
    "$bin/pyside6-lupdate" -locations none -no-obsolete "${sources[@]}" -ts "$file"
    "$bin/pyside6-lrelease" "$file" -qm "${file%.ts}.qm"
done
