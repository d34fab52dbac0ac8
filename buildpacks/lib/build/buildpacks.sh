# Which buildpacks build the app, and their turns: detect, compile, export, report, and release of the last.

# An app that has no buildpacks set may name them itself. The builder reads the file, and sends what it names.
ask_for_buildpacks() {
  local file names
  [ ${#BUILDPACKS[@]} = 0 ] || return 0
  for file in app.json .buildpacks; do
    [ -f "$BUILD_DIR/$file" ] && [ ! -L "$BUILD_DIR/$file" ] || continue
    tell wanted "$file"$'\n'"$(head -c 65536 "$BUILD_DIR/$file" | tr -d '\0')"
    IFS= read -r names <&5 || fail platform 'no answer about buildpacks'
    [ -n "$names" ] || continue
    read_chunks <&5 | tar -x -C "$PACKS" --ignore-zeros || fail platform 'buildpacks did not arrive'
    read -r -a BUILDPACKS <<<"$names"
    case $names in *fetched:*) CACHE_MODE=copy ;; esac
    break
  done
}

# Sets CHOSEN (directories) and NAMES (what their detect said).
choose_buildpacks() {
  local ref said
  CHOSEN=() NAMES=()
  if [ ${#BUILDPACKS[@]} = 0 ]; then
    for ref in "${DETECT_ORDER[@]}"; do
      # The catch-alls at the end of the order match beside a language: they are no rivals.
      case $ref in static | procfile) [ ${#CHOSEN[@]} = 0 ] || break ;; esac
      said=$(detect_builtin "$ref" 2>/dev/null) || continue
      CHOSEN+=("$BUILTIN/$ref") NAMES+=("${said%%$'\n'*}")
    done
    if [ ${#CHOSEN[@]} = 0 ]; then
      find_language
      fail undetected "$LANGUAGE|$LANGUAGE_FILE|$LANGUAGE_PACK"$'\n'"$(cd "$BUILD_DIR" && printf '%s\n' * | head -n 20)"
    fi
    [ ${#NAMES[@]} -gt 1 ] && warn_of_rivals "${NAMES[@]}"
    CHOSEN=("${CHOSEN[0]}") NAMES=("${NAMES[0]}")
    return
  fi
  for ref in "${BUILDPACKS[@]}"; do
    case $ref in
      fetched:*) CHOSEN+=("$PACKS/${ref#fetched:}") ;;
      *) cp -r "$BUILTIN/$ref" "$PACKS/$ref.builtin" && CHOSEN+=("$PACKS/$ref.builtin") ;;
    esac
  done
}

detect() { (place_of "$1" && cd "$PLACE" && exec "$1/bin/detect" "$BUILD_DIR" </dev/null 3>&- 5>&-); }

# The same for one of ours, without starting another bash: there are many, and most apps are asked of by all.
detect_builtin() {
  exec 3>&- 5>&- </dev/null
  cd "$BUILD_DIR" || exit 1
  set +u
  shopt -u nullglob dotglob
  source "$BUILTIN/$1/bin/detect" "$BUILD_DIR"
  exit
}

# Sets PLACE: where a buildpack's scripts run. Heroku runs them in the buildpack's own directory, which some rely on (its nginx one
# unpacks a file beside bin); ours run in the app's.
place_of() { case $1 in "$BUILTIN"/* | *.builtin) PLACE=$BUILD_DIR ;; *) PLACE=$1 ;; esac; }

warn_of_rivals() {
  local IFS=,
  echo ' !     Warning: Multiple default buildpacks reported the ability to handle this app. The first buildpack in the list below will be used.'
  echo " !     Detected buildpacks: $*"
}

compile_all() {
  local index dir exports=() status
  for index in "${!CHOSEN[@]}"; do
    dir=${CHOSEN[$index]}
    if [ ${#BUILDPACKS[@]} -gt 0 ]; then
      NAMES[index]=$(detect "$dir") || fail incompatible "$index"
      NAMES[index]=${NAMES[$index]%%$'\n'*}
    fi
    echo "-----> ${NAMES[$index]} app detected"
    case ${#BUILDPACKS[@]}$dir in "0$BUILTIN"/static | "0$BUILTIN"/procfile) warn_of_language ;; esac
    in_buildpack_env "${exports[@]}" -- "$dir/bin/compile" "$BUILD_DIR" "$CACHE_DIR" "$ENV_DIR"
    status=$?
    # What a failed compile left running may hold all there is of processes.
    [ $status = 0 ] || kill -KILL -1 2>/dev/null
    [ -x "$dir/bin/report" ] && report "${NAMES[$index]}" "$dir" "${exports[@]}"
    [ $status = 0 ] || fail compile "${NAMES[$index]}"
    [ ${#CHOSEN[@]} = 1 ] || note_profiles "${NAMES[$index]}"
    [ -f "$dir/export" ] && exports+=("$dir/export")
  done
  LAST=$dir
}

# Runs a script of a buildpack after sourcing what the earlier ones exported.
in_buildpack_env() {
  local exports=()
  while [ "$1" != -- ]; do exports+=("$1"); shift; done
  shift
  (
    place_of "${1%/bin/*}"
    cd "$PLACE" || exit 1
    exec 3>&- 5>&-
    set +u +o pipefail
    shopt -u nullglob dotglob
    for file in "${exports[@]}"; do source "$file"; done
    # Our own short scripts need no other bash to be started.
    case $1 in "$BUILTIN"/*/bin/re*) source "$@" ;; *) exec "$@" ;; esac
  ) </dev/null
}

# The same with as much of its output as anybody reads; ours say little.
run_limited() {
  case $* in *"-- $BUILTIN/"*) in_buildpack_env "$@" ;; *) in_buildpack_env "$@" | apart head -c 65536 ;; esac
}

# Warns when a buildpack has written over what an earlier one sources at start. WEB_CONCURRENCY.sh is meant to be.
note_profiles() {
  local file state
  for file in "$BUILD_DIR"/.profile.d/*.sh; do
    state=$(apart stat -c '%i %s %Y %Z' "$file")
    [ "${PROFILE_STATES[$file]-}" != "$state" ] || continue
    if [ -n "${PROFILE_OWNERS[$file]-}" ] && [ "${file##*/}" != WEB_CONCURRENCY.sh ]; then
      echo " !     $1 has written over .profile.d/${file##*/} of ${PROFILE_OWNERS[$file]}."
    fi
    PROFILE_STATES[$file]=$state PROFILE_OWNERS[$file]=$1
  done
}
declare -A PROFILE_STATES=() PROFILE_OWNERS=()

report() {
  local name=$1 dir=$2 said
  shift 2
  said=$(run_limited "$@" -- "$dir/bin/report" "$BUILD_DIR" "$CACHE_DIR" "$ENV_DIR" 2>/dev/null)
  [ -z "$said" ] || tell report "$name"$'\n'"$said"
}

tell_result() {
  local released=''
  if [ -e "$LAST/bin/release" ]; then
    released=$(run_limited -- "$LAST/bin/release" "$BUILD_DIR") || fail release "${NAMES[-1]}"
  fi
  printf '\0' >&2
  local IFS=,
  [ ! -s $IN/uses ] || tell uses "$(apart sort -u $IN/uses | apart head -n 50)"
  tell detected "${NAMES[*]}"
  tell release "$released"
  local procfile
  if [ -f "$BUILD_DIR/Procfile" ]; then
    IFS= read -r -d '' -n 65537 procfile <"$BUILD_DIR/Procfile"
    [ ${#procfile} -le 65536 ] || fail procfile
    tell procfile "$procfile"
  fi
}
