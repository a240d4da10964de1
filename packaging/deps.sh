#!/usr/bin/env bash
# Installs the named Debian packages where they are missing. Idempotent; without root or apt it says so and goes on.
set -u
missing=()
for name in "$@"; do
  dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
done
[ "${#missing[@]}" -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "deps: this is not a Debian or Ubuntu; if the window does not open, install what matches: ${missing[*]}"
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "deps: not root, so these stay missing: ${missing[*]} (run 'sudo make deps' once)"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || echo "deps: apt-get update failed; trying with the lists at hand"
# One by one where the whole set cannot be had: a missing font must not cost the libraries.
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null && exit 0
for name in "${missing[@]}"; do
  apt-get install -y -qq --no-install-recommends "$name" >/dev/null || echo "deps: could not install $name"
done
exit 0
