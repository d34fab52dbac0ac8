#!/bin/bash
# Turns source into a slug, inside the build container.
#
# stdin    "<bytes> <bytes>\n", a tar of settings and ENV_DIR, a tar of fetched buildpacks, the source in chunks;
#          for each field `wanted` a line of buildpacks and a tar of the fetched ones in chunks; then an answer line for
#          each request.
# stderr   what the person who pushes reads; a NUL byte says that all of it has been said.
# stdout   the result, for the builder: fields ("<key> <bytes>\n" + bytes + "\n"), "blob <name>\n" followed by chunks
#          ("<hex length>\n" + bytes, ending in "0\n"), then "done\n". See src/builder/result-reader.ts.
#
# Buildpacks of ours may leave notes in BUILD_DIR/.slipway:
#   layers    "runtime <language> <version>": the slug rests on this runtime; "dir <path>": pack it as a layer of its own
#   borrowed  "<path> <cache path>": was moved out of the cache, and goes back if the build fails
#   keep      "<path> <cache path>": moves into the cache when the slug is packed
#   forget    "<cache path>": goes out of the cache then
set -u -o pipefail
umask 022
shopt -s nullglob dotglob
exec 3>&1 1>&2 5<&0

IN=/run/slipway
BUILTIN=/slipway/buildpacks
CACHE=/tmp/cache
# What the cache belongs to. Beside it: buildpacks may remove whatever is in it.
CACHE_ABOUT=/tmp/cache.about
BUILD_DIR='' OUT='' CACHE_DIR=$CACHE

main() {
  read_header
  export STACK REQUEST_ID SOURCE_VERSION APP_DIR=/app CURL_CONNECT_TIMEOUT=30 CURL_TIMEOUT=180
  prepare_dirs
  unpack_source
  remove_unwanted
  ask_for_buildpacks
  choose_buildpacks
  copy_cache
  mkfifo $IN/requests $IN/answers
  serve_requests &
  disown
  compile_all
  tell_result
  pack_slug
  keep_cache
  echo done >&3
  clean_up
  prune_cache
}

# One field for the builder. Written at once, so that fields told by two processes don't mix.
tell() {
  local LC_ALL=C
  printf '%s %d\n%s\n' "$1" ${#2} "$2" >&3
}

# Ends the build: the builder prints what `kind` means to people.
fail() {
  printf '\0' >&2
  kill -KILL -1 2>/dev/null
  [ -z "$OUT" ] || { tell disk "$(timeout 10 du -smc /tmp /app /var/tmp 2>/dev/null | tail -n 1)"; tell refused_processes "$(refused_processes)"; }
  tell detail "${2-}"
  tell failed "$1"
  [ -z "$BUILD_DIR" ] || clean_up
  exit 3
}

# How often the limit of processes was met.
refused_processes() {
  local file word count=0
  for file in /sys/fs/cgroup/pids/pids.events /sys/fs/cgroup/pids.events; do
    [ ! -r $file ] || while read -r word count; do [ "$word" != max ] || break 2; done <$file
  done
  echo "$count"
}

# What only the builder can do, one thing at a time (lib/common.sh: request).
serve_requests() {
  local line answer
  while read -r line; do
    tell request "$line"
    IFS= read -r answer <&5 || answer='failed '
    printf '%s\n' "$answer" >$IN/answers
  done <>$IN/requests
}

read_header() {
  local settings_bytes buildpacks_bytes
  read -r settings_bytes buildpacks_bytes
  head -c "$settings_bytes" | tar -x -C "$IN" || fail platform 'settings did not arrive'
  PACKS=/tmp/buildpacks_$$_$RANDOM
  # shellcheck source=/dev/null
  source "$IN/settings"
  BUILD_DIR=/tmp/build_$BUILD_ID
  OUT=/tmp/slug_$BUILD_ID
  ENV_DIR=$IN/env
  if [ ! -d $CACHE ] && [ -d $CACHE.old ]; then mv $CACHE.old $CACHE; fi
  # No file may be larger than all of the build: who writes fast is stopped before somebody has looked.
  ulimit -f $((DISK_LIMIT_MB * 1024))
  mkdir -p $CACHE "$BUILD_DIR" "$OUT" "$PACKS"
  [ "$buildpacks_bytes" = 0 ] || head -c "$buildpacks_bytes" | tar -x -C "$PACKS" || fail platform 'buildpacks did not arrive'
}

prepare_dirs() {
  local left
  # What a killed build left behind. Buildpacks of ours first take back what they had moved out of the cache.
  for left in /tmp/*; do
    case $left in "$CACHE" | "$CACHE_ABOUT" | "$BUILD_DIR" | "$OUT" | "$PACKS") ;; /tmp/build_* | /tmp/slug_*) give_back "$left"; rm -rf "$left" ;; *) rm -rf "$left" ;; esac
  done
  drop_void_cache
}

# A cache of another stack, or of before a purge, is not used. Deleting it takes time: that is left to the end.
drop_void_cache() {
  local stack='' epoch='' cleared='' why=''
  [ ! -f $CACHE_ABOUT ] || read -r stack epoch cleared <$CACHE_ABOUT
  [ -z "$cleared" ] || echo " !     The build cache had grown to $cleared MB (max is $CACHE_LIMIT_MB MB) and was cleared."
  [ "$stack $epoch" != "$STACK $CACHE_EPOCH" ] || [ -n "$cleared" ] || return 0
  [ "$stack" = "$STACK" ] || why='the stack has changed'
  [ "$epoch" = "$CACHE_EPOCH" ] || why='it was purged'
  if [ -n "$stack" ] && [ -n "$why" ]; then echo "-----> Clearing the build cache: $why"; fi
  if [ -n "$why" ]; then mv $CACHE "$OUT/void-cache" && mkdir $CACHE; fi
  echo "$STACK $CACHE_EPOCH" >$CACHE_ABOUT
}

# Buildpacks from elsewhere work on a copy of the cache, which takes its place when the build succeeds.
copy_cache() {
  [ "$CACHE_MODE" = copy ] || return 0
  CACHE_DIR=/tmp/cache_$BUILD_ID
  cp -a $CACHE "$CACHE_DIR"
}

# Puts back what a build that did not succeed had taken out of the cache.
give_back() {
  local from to tree=$1 notes=$1/.slipway
  if [ -d "$1/app" ] && [ -d "$1/notes" ]; then tree=$1/app notes=$1/notes; fi
  [ -f "$notes/borrowed" ] || return 0
  while read -r from to; do
    if [ -e "$tree/$from" ] && [ ! -e "$CACHE/$to" ]; then mv "$tree/$from" "$CACHE/$to"; fi
  done <"$notes/borrowed"
}

# Passes on what arrives in chunks, up to the empty one.
read_chunks() {
  perl -e '
    while (defined($l = <STDIN>) && ($n = hex $l)) { read(STDIN, $b, $n) == $n or exit 1; print $b or exit 0 }
    exit !defined $l'
}

unpack_source() {
  local errors=$IN/errors unzip=() only
  [ "$SOURCE_COMPRESSION" = gzip ] && unzip=(-z)
  # Submodules follow the app as archives of their own.
  [ "$SOURCE_COMPRESSION" = parts ] && unzip=(--ignore-zeros)
  if ! read_chunks <&5 | tar -x "${unzip[@]}" --warning=no-timestamp --no-overwrite-dir -C "$BUILD_DIR" 2>"$errors"; then
    fail source "$(grep -v -e 'Exiting with failure' -e 'Removing leading' "$errors" | head -n 1)"
  fi
  if [ "$SOURCE_STRIP" = 1 ]; then
    only=("$BUILD_DIR"/*)
    if [ ${#only[@]} = 1 ] && [ -d "${only[0]}" ] && [ ! -L "${only[0]}" ]; then
      mv "${only[0]}" "$BUILD_DIR.top" && rmdir "$BUILD_DIR" && mv "$BUILD_DIR.top" "$BUILD_DIR" && chmod 755 "$BUILD_DIR"
    fi
  fi
  # The newest entry's time is the commit's: no file of the slug is younger, so that equal sources give equal slugs.
  SOURCE_TIME=$(find "$BUILD_DIR" -mindepth 1 \( -name .DS_Store -delete -o -printf '%T@\n' \) | sort -rn)
  SOURCE_TIME=${SOURCE_TIME%%.*}
}

remove_unwanted() {
  cd "$BUILD_DIR" || fail platform 'no build directory'
  local unwanted=(.git .gitmodules .slipway) path
  [ -L log ] || unwanted+=(log/*)
  [ -L tmp ] || unwanted+=(tmp/*)
  for path in "${unwanted[@]}"; do [ ! -e "$path" ] && [ ! -L "$path" ] || rm -rf "$path"; done
  [ -f .slugignore ] || return 0
  local pattern paths=() count=0 vital=(Procfile package.json requirements.txt Gemfile go.mod pom.xml composer.json Cargo.toml) before=()
  for path in "${vital[@]}"; do [ ! -f "$path" ] || before+=("$path"); done
  shopt -s globstar
  while IFS= read -r pattern || [ -n "$pattern" ]; do
    pattern=${pattern%$'\r'}
    pattern=${pattern%"${pattern##*[![:space:]]}"}
    case $pattern in '' | '#'*) continue ;; esac
    pattern=${pattern%/}
    local IFS=
    case $pattern in
      *..*) continue ;;
      */*) paths=(./${pattern#/}) ;;
      *) paths=(./**/$pattern) ;;
    esac
    unset IFS
    for path in "${paths[@]}"; do
      [ -e "$path" ] || [ -L "$path" ] || continue
      count=$((count + $(find "$path" ! -type d | wc -l)))
      rm -rf "$path"
    done
  done <.slugignore
  shopt -u globstar
  echo "-----> Deleting $count files matching .slugignore patterns."
  for path in "${before[@]}"; do [ -f "$path" ] || echo " !     .slugignore removes $path: the build does not see it."; done
}

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
    [ ${#CHOSEN[@]} = 0 ] && fail undetected "$(cd "$BUILD_DIR" && printf '%s\n' * | head -n 20)"
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
  echo "			Detected buildpacks: $*"
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

# Warns when a buildpack has written over what an earlier one sources at start. WEB_CONCURRENCY.sh is meant to be.
note_profiles() {
  local file state
  for file in "$BUILD_DIR"/.profile.d/*.sh; do
    state=$(stat -c '%i %s %Y %Z' "$file")
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
  said=$(in_buildpack_env "$@" -- "$dir/bin/report" "$BUILD_DIR" "$CACHE_DIR" "$ENV_DIR" 2>/dev/null | head -c 65536)
  [ -z "$said" ] || tell report "$name"$'\n'"$said"
}

tell_result() {
  local released=''
  if [ -e "$LAST/bin/release" ]; then
    released=$(in_buildpack_env -- "$LAST/bin/release" "$BUILD_DIR" | head -c 65536) || fail release "${NAMES[-1]}"
  fi
  printf '\0' >&2
  local IFS=,
  tell detected "${NAMES[*]}"
  tell release "$released"
  local procfile
  if [ -f "$BUILD_DIR/Procfile" ]; then
    IFS= read -r -d '' -n 65537 procfile <"$BUILD_DIR/Procfile"
    [ ${#procfile} -le 65536 ] || fail procfile
    tell procfile "$procfile"
  fi
}

# Streams a file-like thing to the builder in chunks, so that its end is told and not guessed.
send_blob() {
  echo "blob $1" >&3
  perl -e 'while (sysread(STDIN, $b, 65536)) { printf "%x\n", length $b; print $b } print "0\n"' >&3
}

# Sorted, with fixed owners and times, by a compressor that says nothing of itself: equal trees give equal bytes.
pack() {
  tar -c --format=gnu --sort=name --numeric-owner --owner=20000 --group=20000 "$@" | pigz -1 -n -p 4
}

pack_slug() {
  local kind name version notes exclude=()
  cd /tmp || fail platform 'no /tmp'
  # Whatever the build left running would change files while they are packed.
  kill -KILL -1 2>/dev/null
  [ ! -d "$BUILD_DIR/.slipway" ] || mv "$BUILD_DIR/.slipway" "$OUT/notes"
  mv "$BUILD_DIR" "$OUT/app"
  notes=$OUT/notes
  du -smc /tmp /app /var/tmp >$IN/disk 2>/dev/null &
  local counting=$!
  if [ -f "$notes/layers" ]; then
    while read -r kind name version; do
      case $kind in
        runtime) tell base "runtime $name $version" ;;
        dir) pack_directory "$name" && exclude+=("--exclude=app/$name") ;;
      esac
    done <"$notes/layers"
  fi
  pack --anchored --no-wildcards "${exclude[@]}" --mtime="@${SOURCE_TIME:-0}" --clamp-mtime -C "$OUT" app | send_blob slug || fail pack 'the files of the app could not be read'
  wait $counting
  tell disk "$(tail -n 1 $IN/disk)"
}

# A directory that seldom changes becomes a layer of its own, and is not sent again while nothing in it has changed.
pack_directory() {
  local listing=$OUT/listing key lines above=() dir=app/$1
  [ -d "$OUT/app/$1" ] && [ ! -L "$OUT/app/$1" ] || return 1
  (cd "$OUT/app/$1" && find . -mindepth 1 \( -name .package-lock.json -o -type f -printf '%p f %m %s %T@ %i\n' -o -printf '%p %y %m %l\n' \) | LC_ALL=C sort) >"$listing"
  mapfile -t -n 50 lines <"$listing"
  [ ${#lines[@]} = 50 ] || return 1
  read -r key _ < <(sha256sum <"$listing")
  key=$1:$key
  case " ${KNOWN_LAYERS[*]} " in
    *" $key "*) tell base "known $key" ;;
    *)
      tell base "new $key"
      # With the directories above it, or the engine makes them as root's.
      while [[ $dir == */* ]]; do dir=${dir%/*} above+=("$dir"); done
      pack --mtime=@499162500 -C "$OUT" --no-recursion "${above[@]}" --recursion "app/$1" | send_blob "$key" || fail pack 'the files of the app could not be read'
      ;;
  esac
}

keep_cache() {
  local from to
  if [ -f "$OUT/notes/keep" ]; then
    while read -r from to; do
      [ -e "$OUT/app/$from" ] || continue
      if [ -e "$CACHE_DIR/$to" ]; then mv "$CACHE_DIR/$to" "$OUT/replaced_$RANDOM$RANDOM"; fi
      [[ -d $CACHE_DIR/${to%/*} ]] || mkdir -p "$CACHE_DIR/${to%/*}"
      mv "$OUT/app/$from" "$CACHE_DIR/$to"
    done <"$OUT/notes/keep"
  fi
  # Deleting takes time: it is left to the end, when nobody waits.
  if [ -f "$OUT/notes/forget" ]; then
    while read -r to; do mv "$CACHE_DIR/$to" "$OUT/forgotten_$RANDOM$RANDOM"; done <"$OUT/notes/forget"
  fi
  [ "$CACHE_MODE" = copy ] || return 0
  mv $CACHE $CACHE.old && mv "$CACHE_DIR" $CACHE
}

clean_up() {
  exec 3>&- 1>/dev/null 2>/dev/null
  if [ "$CACHE_MODE" != copy ]; then give_back "$BUILD_DIR"; give_back "$OUT"; fi
  rm -rf "$BUILD_DIR" "$OUT" "$PACKS" $CACHE.old /tmp/cache_*
  kill -KILL -1 2>/dev/null
}

# A cache that has grown too large begins anew; the next build says so.
prune_cache() {
  local size
  read -r size _ < <(du -sm $CACHE)
  [ "$size" -gt "$CACHE_LIMIT_MB" ] || return 0
  rm -rf $CACHE && mkdir $CACHE
  echo "$STACK $CACHE_EPOCH $size" >$CACHE_ABOUT
}

main
exit 0
