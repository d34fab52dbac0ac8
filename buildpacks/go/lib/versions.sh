# Which Go an app gets: config var GOVERSION, "// +heroku goVersion", toolchain, go; the newest patch where only "1.22" is said.

# The line that apps get which ask for none.
DEFAULT_GO=1.26
OLDEST_WITH_MODULES=11

# Sets GO_VERSION, as toolchains are called: 1.26.8, and 1.20 for what was the first of its line before Go 1.21.
choose_version() {
  pick_wanted
  WANTED=${WANTED#go}
  [[ $WANTED =~ ^1\.([0-9]+)(\.([0-9]+))?$ ]] || refuse_version "Go \"$WANTED\" ($ORIGIN) can't be had: it is not the version of a release." 'Write for example 1.26, for the newest patch of that line, or 1.26.8.'
  MINOR=${BASH_REMATCH[1]}
  [ "$MINOR" -ge $OLDEST_WITH_MODULES ] || refuse_version "Go $WANTED ($ORIGIN) has no modules: those came with Go 1.11." "Write for example \"go $DEFAULT_GO\" in go.mod."
  if [ -z "${BASH_REMATCH[2]}" ]; then
    list_fresh_versions
    GO_VERSION=$(newest_of "1.$MINOR")
    [ -n "$GO_VERSION" ] || refuse_version "No Go $WANTED ($ORIGIN) can be had." "$(alternatives)"
  else
    GO_VERSION=$WANTED
    # Before Go 1.21, 1.N was what 1.N.0 is since.
    if [ "$MINOR" -lt 21 ]; then GO_VERSION=${GO_VERSION%.0}; fi
  fi
}

# Sets WANTED and ORIGIN.
pick_wanted() {
  if [ -n "${GOVERSION-}" ]; then
    WANTED=$GOVERSION ORIGIN='config var GOVERSION'
    warn "Config var GOVERSION decides: Go ${GOVERSION#go}, whatever go.mod says."
  elif [ -n "$PINNED" ]; then WANTED=$PINNED ORIGIN='+heroku goVersion in go.mod'
  elif [ -n "$TOOLCHAIN" ] && is_older "$DIRECTIVE" "${TOOLCHAIN#go}"; then WANTED=$TOOLCHAIN ORIGIN='toolchain in go.mod'
  elif [ -n "$DIRECTIVE" ]; then WANTED=$DIRECTIVE ORIGIN='go in go.mod'
  else
    WANTED=$DEFAULT_GO ORIGIN='the default'
    warn "go.mod does not say which Go it is for; it gets Go $DEFAULT_GO. Write \"go $DEFAULT_GO\" into it to stay with that."
  fi
}

is_older() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# The platform fetches the list anew each hour; it is asked for when that has not happened for a day.
list_fresh_versions() {
  [ -z "$(find "$RUNTIMES/versions.checked" -mmin -1440 2>/dev/null)" ] || return 0
  request inventory go || [ -s "$RUNTIMES/versions" ] || stop "The list of Go versions can't be had: $ANSWER" 'Push again; if it stays so, the operator sets GOPROXY for builds.'
}

# The newest patch of a line such as 1.22.
newest_of() { grep -E "^${1//./\\.}(\.|\$)" "$RUNTIMES/versions" | tail -n 1; }

alternatives() {
  local near
  near=$(grep -E "^1\.$MINOR(\.|\$)" "$RUNTIMES/versions" | tail -n 8 | tac | paste -sd, | sed 's/,/, /g')
  if [ -n "$near" ]; then echo "Of Go 1.$MINOR there are: $near."; else echo "There are: $(newest_of_each)."; fi
}

# Of the eight newest lines that there are.
newest_of_each() { awk -F. '{ newest[$2] = $0 } END { for (line in newest) print newest[line] }' "$RUNTIMES/versions" | sort -rV | head -n 8 | paste -sd, | sed 's/,/, /g'; }

refuse_version() {
  note failure go-version
  stop "$@"
}
