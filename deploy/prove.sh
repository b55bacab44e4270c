#!/usr/bin/env bash
# The proofs of check.sh in their long forms: about an hour and a half. Ends with a summary in plain words.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

usage() {
  cat <<'TEXT'
Usage: bash deploy/prove.sh [options] [proof...]

Proofs, all of them where none is named:
  simulation   the real rules under seeded clocks, crashes and lost messages, judged by an independent auditor
  crashes      real processes and databases that are killed and cut off while programs book
  upgrade      the last release and this version side by side on one database
  soak         booking for long at 70 % of what the machine can do

Options:
  --seeds N           how many seeds the simulation plays (10000)
  --first N           the first of them (1)
  --crash-minutes N   how long each crash trial lasts (10)
  --soak-minutes N    how long the soak lasts (30)
  --logs FOLDER       where what each proof printed is kept (a new folder under the system's temporary one)
TEXT
}

seeds=10000 first=1 crash_minutes=10 soak_minutes=30 logs='' proofs=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seeds | --first | --crash-minutes | --soak-minutes | --logs)
      [ $# -gt 1 ] || { echo "$1 needs a value." >&2; exit 2; }
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    simulation | crashes | upgrade | soak) proofs+=("$1"); shift ;;
    *) echo "There is no option or proof '$1'." >&2; usage >&2; exit 2 ;;
  esac
done
for number in "$seeds" "$first" "$crash_minutes" "$soak_minutes"; do
  [[ "$number" =~ ^[0-9]+(\.[0-9]+)?$ ]] || { echo "'$number' is no number." >&2; exit 2; }
done
[ ${#proofs[@]} -gt 0 ] || proofs=(simulation crashes upgrade soak)
logs=${logs:-$(mktemp -d -t facilities-proofs-XXXXXX)}
mkdir -p "$logs"
logs=$(cd "$logs" && pwd)

# A proof that is skipped because something is missing would prove nothing.
export CI=true
dotnet build Facilities.sln -c Release -v quiet
tests=Facilities.Tests/bin/Release/net10.0/Facilities.Tests.dll
failed=0

# Runs the tests of a filter; keeps what they print, and the sentences for the summary.
prove() {
  local name=$1 status=0 started=$SECONDS
  shift
  echo "== $name ($SECONDS s); its output is in $logs/$name.log"
  : >"$logs/$name.txt"
  PROOF_REPORT="$logs/$name.txt" dotnet "$tests" "$@" >"$logs/$name.log" 2>&1 || status=$?
  if [ "$status" -eq 0 ] && ! grep -qE 'Total: [1-9]' "$logs/$name.log"; then status=1; fi
  [ "$status" -eq 0 ] || failed=$((failed + 1))
  { [ "$status" -eq 0 ] && echo "HELD, after $((SECONDS - started)) s" || echo "NOT HELD: read $logs/$name.log"; } \
    >"$logs/$name.verdict"
}

for proof in "${proofs[@]}"; do
  case "$proof" in
    simulation)
      SIMULATION_SEEDS=$seeds SIMULATION_FIRST=$first prove simulation -namespace Facilities.Tests.Simulation ;;
    crashes) CRASH_MINUTES=$crash_minutes prove crashes -namespace Facilities.Tests.Crashes ;;
    upgrade) ROLLING_UPGRADE=1 prove upgrade -namespace Facilities.Tests.Upgrades ;;
    soak) SOAK_MINUTES=$soak_minutes prove soak -namespace Facilities.Tests.Overload ;;
  esac
done

declare -A questions=(
  [simulation]="Can any order of events lose a booking or sell a slot twice?"
  [crashes]="What happens when computers, the database or the network fail while people book?"
  [upgrade]="Can the marketplace be upgraded while it is open?"
  [soak]="Does it stay quick when everybody comes at once, and for hours?"
)
echo
echo "Summary of $(date -u '+%Y-%m-%d %H:%M') UTC, version $(git rev-parse --short HEAD 2>/dev/null || echo unknown)," \
  "$(nproc) processors"
for proof in "${proofs[@]}"; do
  printf '\n%s\n%s\n' "${questions[$proof]}" "$(cat "$logs/$proof.verdict")"
  sed 's/^/  /' "$logs/$proof.txt"
done
[ "$failed" -eq 0 ] || exit 1
