# What our buildpacks share: how they speak, and how they read config vars.

step() { echo "-----> $*"; }
info() { echo "       $*"; }
# Blank lines before the first word are left out. A range up to $ would hold each line back until the next has begun: sed has to know
# whether it is the last. No line has a newline in it.
indent() { sed -u -e '/./,/\n/!d' -e 's/^/       /'; }
warn() { echo " !     $*"; }

# Ends the compile with lines that say what is wrong and what to do.
stop() {
  local line
  echo
  for line in "$@"; do echo " !     $line"; done
  exit 1
}

# Runs a command of the app's whose output somebody reads to its end. While something that it has left running holds that open, the
# end doesn't come: what works there may go on, and what has done nothing for half a minute is ended.
alone() {
  local status=0 before=-1000000 grown idle=0
  "$@" || status=$?
  while see_leftovers; [ ${#LEFT[@]} -gt 0 ]; do
    grown=$((LEFT_TICKS - before)) before=$LEFT_TICKS
    if [ $grown -lt 0 ] || [ $grown -gt "${LEFT_LOOK_S%.*}" ]; then idle=0; else idle=$((idle + 1)); fi
    if [ $idle -ge 6 ]; then
      echo "Ended what was left running in the background: ${LEFT_NAMES[*]}"
      kill -KILL "${LEFT[@]}" 2>/dev/null
      idle=0
    fi
    sleep "$LEFT_LOOK_S"
  done
  return $status
}
# A hundredth of a processor's time in between is work.
LEFT_LOOK_S=5

# Sets LEFT and LEFT_NAMES: who else writes where we do; LEFT_TICKS: what they and all others of our process group have worked.
see_leftovers() {
  local dir stat fields group
  LEFT=() LEFT_NAMES=() LEFT_TICKS=0
  read -r stat <"/proc/$BASHPID/stat"
  read -r -a fields <<<"${stat##*) }"
  group=${fields[2]}
  for dir in /proc/[0-9]*; do
    [ "$dir" != "/proc/$BASHPID" ] && read -r stat 2>/dev/null <"$dir/stat" || continue
    read -r -a fields <<<"${stat##*) }"
    [ "${fields[0]}" != Z ] || continue
    if [ "$dir/fd/1" -ef "/proc/$BASHPID/fd/1" ] || [ "$dir/fd/2" -ef "/proc/$BASHPID/fd/1" ]; then
      stat=${stat#*(}
      LEFT+=("${dir#/proc/}") LEFT_NAMES+=("${stat%)*}")
    elif [ "${fields[2]}" != "$group" ]; then
      continue
    fi
    LEFT_TICKS=$((LEFT_TICKS + fields[11] + fields[12]))
  done
}

# run_once <language> <name>: ends a second run in one build, which would take for the repository's what the first has made.
run_once() {
  grep -qs "^runtime $1 " "$NOTES/layers" || return 0
  note failure buildpack-twice
  stop "$2's buildpack has run already in this build: it is among the app's buildpacks twice." 'Look with paas buildpacks, and take one out with paas buildpacks:remove.'
}

# Config vars that would break a build when exported.
UNSAFE_VARS='^(PATH|GIT_DIR|CPATH|CPPATH|LD_PRELOAD|LIBRARY_PATH|LD_LIBRARY_PATH|LANG|HOME|IFS|STACK|REQUEST_ID|BUILD_DIR|CACHE_DIR|ENV_DIR|PWD|OLDPWD|DYNO)$'

# Exports the config vars in a directory, byte for byte.
export_env_dir() {
  local file name value
  for file in "$1"/*; do
    [ -f "$file" ] || continue
    name=${file##*/}
    [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ && ! $name =~ $UNSAFE_VARS ]] || continue
    IFS= read -r -d '' value <"$file" || true
    export "$name=$value"
  done
}

# A list of paths as dynos have them, with the app's where it is while it is built: `/app/lib` is there only later.
in_build() {
  local path paths=()
  IFS=: read -r -a paths <<<"$1:"
  for path in "${!paths[@]}"; do
    case ${paths[path]} in /app) paths[path]=$BUILD ;; /app/*) paths[path]=$BUILD/${paths[path]#/app/} ;; esac
  done
  (IFS=: && echo "${paths[*]}")
}

# uses <language> <version>: this build needs what the platform keeps for all, which goes when no build has for long. What the
# slug rests on is known without it.
uses() { [ ! -d /run/slipway ] || echo "$1 $2" >>/run/slipway/uses; }

# Asks the platform for something that lasts longer than this build, and waits. On failure ANSWER says why.
request() {
  local word
  [ -p /run/slipway/requests ] || { ANSWER='there is no platform to ask'; return 1; }
  echo "$*" >/run/slipway/requests
  read -r word ANSWER </run/slipway/answers
  ANSWER=$(base64 -d <<<"$ANSWER")
  [ "$word" = ok ]
}
