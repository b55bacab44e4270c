#!/usr/bin/env bash
# Everything that must hold before a change is merged: format, build without a warning, all tests.
# The last line on stdout is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

passed=0 failed=0 skipped=0
scratch=$(mktemp -d)
finish() {
  local status=$?
  rm -rf "$scratch"
  [ "$status" -eq 0 ] || echo "The check failed after $SECONDS s."
  echo "$passed passed, $failed failed, $skipped skipped"
  exit "$status"
}
trap finish EXIT

step() { echo "== $* ($SECONDS s)"; }

# Runs all tests of the solution in the current folder and adds what their result files say to the counts.
run_tests() {
  local results=$1 status=0 file counters
  shift
  dotnet test Facilities.sln -c Release --no-build --results-directory "$results" \
    --logger "trx;LogFilePrefix=tests" --blame-hang-timeout 5m --blame-hang-dump-type none "$@" || status=$?
  for file in "$results"/*.trx; do
    [ -e "$file" ] || { echo "No test result was written."; return 1; }
    counters=$(grep -o '<Counters [^>]*>' "$file")
    count() { sed -E "s/.* $1=\"([0-9]+)\".*/\1/" <<<"$counters"; }
    passed=$((passed + $(count passed)))
    skipped=$((skipped + $(count total) - $(count executed)))
    failed=$((failed + $(count executed) - $(count passed)))
  done
  return "$status"
}

step "SDK"
version=$(dotnet --version)
case "$version" in
  10.*) echo "$version" ;;
  *) echo "The .NET 10 SDK is needed; this is $version."; exit 1 ;;
esac

step "Restore"
dotnet restore Facilities.sln -v quiet

step "Format"
# Analysers run in the build; here stand white space, order of usings and code style.
dotnet format whitespace Facilities.sln --verify-no-changes --no-restore
dotnet format style Facilities.sln --verify-no-changes --no-restore --severity warn

step "Build, warnings as errors"
dotnet build Facilities.sln -c Release --no-restore -v quiet

step "Tests"
tests=0
TZ=UTC run_tests "$scratch/local" || tests=$?

# What depends on the server's zone by mistake shows where that zone is behind of UTC, ahead of it, or changes its clocks
# in the other half of the year. What takes long and has nothing to do with time is left out.
timely=$(printf '|FullyQualifiedName~Facilities.Tests.%s.' \
  Availability Bookings Calendars Feeds Http ICalendar Kernel Pages Platforms Series)
slow=$(printf '&FullyQualifiedName!~.%s' \
  SlotPropertyTests PostgresIdempotency SqliteIdempotency SilentProcessTests LinkScannerTests RunningPagesTests \
  PostgresMainJob)
for zone in America/Los_Angeles Pacific/Auckland; do
  step "Tests of times under TZ=$zone"
  TZ=$zone run_tests "$scratch/$zone" --filter "(${timely:1})$slow" || tests=$?
done

step "Grain hosts"
# The Orleans host is built from a copy, so that its restore leaves nothing behind in this folder.
hosts="Local. Orleans was not: its packages do not restore here."
# What works by the calls between grains, and by what hosts do when they start, end and lose the database.
hosted=$(printf '|FullyQualifiedName~Facilities.Tests.%s.' \
  Claims Crashes Hosting Linearisability Runtime Scenarios)
if ! grep -q 'Include="Microsoft.Orleans' Facilities.*/*.csproj; then
  hosts="Local. Orleans was not: no project references its packages."
else
  mkdir "$scratch/orleans"
  git ls-files -z --cached --others --exclude-standard | xargs -0 tar -cf - | tar -xf - -C "$scratch/orleans"
  cd "$scratch/orleans"
  if GrainHost=Orleans dotnet restore Facilities.sln -v quiet >"$scratch/restore.log" 2>&1; then
    hosts="Local, Orleans."
    export GrainHost=Orleans
    dotnet build Facilities.sln -c Release --no-restore -v quiet
    run_tests "$scratch/clustered" --filter "${hosted:1}" || tests=$?
  elif ! grep -qE 'NU1(101|102|103|301|603)' "$scratch/restore.log"; then
    # Neither a package nor a version of one is missing, so the project is at fault.
    cat "$scratch/restore.log"
    exit 1
  fi
  cd - >/dev/null
fi
echo "Grain hosts checked: $hosts"

[ "$tests" -eq 0 ] || exit "$tests"
[ "$failed" -eq 0 ] || exit 1
[ "$passed" -gt 0 ] || { echo "No test ran."; exit 1; }
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  echo "No test may be skipped here."
  exit 1
fi
echo "Checked in $SECONDS s."
