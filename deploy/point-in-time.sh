#!/usr/bin/env bash
# Brings PostgreSQL back to any moment: base copies and an archive of its write-ahead log, by PostgreSQL's own tools.
# Runs as the user of the server. Everything that it makes is readable by that user alone.
set -euo pipefail
umask 077

usage() {
  cat <<'TEXT'
Usage: point-in-time.sh COMMAND ...

  archive SEGMENT NAME ARCHIVE    keeps one segment of the log; PostgreSQL calls it. In postgresql.conf:
                                    archive_mode = on
                                    archive_timeout = 60
                                    archive_command = '/opt/facilities/point-in-time.sh archive %p %f /backup/wal'
  base TARGET                     copies the running server into the new folder TARGET, and checks the copy; finds the
                                  server by PGHOST, PGPORT, PGUSER and PGPASSFILE
  restore BASE ARCHIVE DATA TIME  makes the new data folder DATA from the copy BASE; a server that is started on it
                                  replays the log from ARCHIVE up to TIME, such as '2027-02-01 09:30:00+01', and opens
TEXT
}

fail() { echo "point-in-time.sh: $*" >&2; exit 1; }

arguments() {
  [ "$2" -eq "$1" ] || { usage >&2; exit 2; }
}

# The newest that is installed; Debian keeps the server's programs out of the path.
program() {
  local found
  found=$(compgen -G "/usr/lib/postgresql/*/bin/$1" | sort -V | tail -n 1) || found=$(command -v "$1") \
    || fail "$1 is not installed; it comes with PostgreSQL."
  echo "$found"
}

# A folder that is not there, or is there and empty.
must_be_new() {
  [ ! -e "$1" ] || { [ -d "$1" ] && [ -z "$(ls -A "$1")" ]; } || fail "$1 is there already and is left as it is."
}

archive() {
  local segment=$1 name=$2 target=$3/$2 unfinished
  [ -d "$3" ] || fail "there is no folder $3."
  if [ -e "$target" ]; then
    # After a crash PostgreSQL may bring again what it brought before; anything else must not take its place.
    cmp -s "$segment" "$target" || fail "$target holds something else; the archive belongs to another server."
    return
  fi
  unfinished=$(mktemp "$3/.$name.XXXXXX")
  cp "$segment" "$unfinished"
  sync "$unfinished"
  mv -n "$unfinished" "$target"
  sync "$3"
}

base() {
  local target=$1 unfinished=$1.unfinished
  must_be_new "$target"
  rm -rf "$unfinished"
  # The log of the copying itself goes with it, so that the copy can be opened without any archive, too.
  "$(program pg_basebackup)" --pgdata "$unfinished" --checkpoint fast --wal-method stream \
    --manifest-checksums SHA256 --no-password
  "$(program pg_verifybackup)" --quiet "$unfinished"
  sync -f "$unfinished"
  mv -T "$unfinished" "$target"
  echo "Copied the server into $target."
}

restore() {
  local base=$1 archive=$2 data=$3 time=$4 unfinished=$3.unfinished
  [[ $time =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$ ]] \
    || fail "'$time' names no moment; write it with its offset, such as '2027-02-01 09:30:00+01'."
  [[ $archive =~ ^/[A-Za-z0-9._/-]+$ ]] || fail "$archive: name the archive from the root, without special characters."
  [ -d "$archive" ] || fail "there is no folder $archive."
  must_be_new "$data"
  "$(program pg_verifybackup)" --quiet "$base" || fail "$base is damaged and is not restored."
  rm -rf "$unfinished"
  cp -a "$base" "$unfinished"
  chmod 700 "$unfinished"
  cat >>"$unfinished/postgresql.auto.conf" <<CONF
restore_command = 'cp "$archive/%f" "%p"'
recovery_target_time = '$time'
recovery_target_action = 'promote'
CONF
  touch "$unfinished/recovery.signal"
  rmdir "$data" 2>/dev/null || true
  mv -T "$unfinished" "$data"
  echo "$data is ready: start PostgreSQL on it, then run the command verify."
}

command=${1:-}
[ $# -eq 0 ] || shift
case "$command" in
  archive) arguments 3 $#; archive "$@" ;;
  base) arguments 1 $#; base "$@" ;;
  restore) arguments 4 $#; restore "$@" ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
