#!/usr/bin/env bash
# Takes the README's pictures of the real window on the real lab: three servers silent, the herd on them, before the click.
# On a display of its own (Xvfb) where there is one, else on Qt's offscreen platform.
set -euo pipefail
cd "$(dirname "$0")/.."
command=${DSR_CONSOLE:-.venv/bin/dsr-console}
scratch=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT

unset WAYLAND_DISPLAY
if command -v Xvfb >/dev/null; then
  # The server picks a free display and writes its number.
  mkfifo "$scratch/display"
  Xvfb -displayfd 3 -screen 0 1920x1080x24 -nolisten tcp 3>"$scratch/display" 2>/dev/null &
  server=$!
  read -r number <"$scratch/display"
  export DISPLAY=":$number" QT_QPA_PLATFORM=xcb
else
  export QT_QPA_PLATFORM=offscreen
fi

# The operator's own settings, journal and window geometry stay out of the picture, and this run out of them.
export XDG_CONFIG_HOME="$scratch/config" XDG_STATE_HOME="$scratch/state" XDG_DATA_HOME="$scratch/data"
mkdir -p docs
"$command" run --demo --theme dark --language en --for 180 \
  --screenshot 'docs/screenshot-{theme}.png' --screenshot-when silent=3,gap=3 --screenshot-after "${AFTER:-25}"
for theme in dark light; do
  [ -s "docs/screenshot-$theme.png" ] || { echo "screenshots: docs/screenshot-$theme.png was not written" >&2; exit 1; }
done
echo "docs/screenshot-dark.png docs/screenshot-light.png"
