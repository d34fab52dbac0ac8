# The source as it is built from: unpacked, without what a slug never has or .slugignore names.

# Passes on what arrives in chunks, up to the empty one.
read_chunks() {
  perl -e '
    while (defined($l = <STDIN>) && ($n = hex $l)) { read(STDIN, $b, $n) == $n or exit 1; print $b or exit 0 }
    exit !defined $l'
}

unpack_source() {
  local errors=$IN/errors unzip=() only time times
  [ "$SOURCE_COMPRESSION" = gzip ] && unzip=(-z)
  # Submodules follow the app as archives of their own.
  [ "$SOURCE_COMPRESSION" = parts ] && unzip=(--ignore-zeros)
  # The status of both: that of the source breaking off, too.
  if ! tar -x "${unzip[@]}" --warning=no-timestamp --no-overwrite-dir -C "$BUILD_DIR" < <(read_chunks <&5) 2>"$errors" || ! wait $!; then
    fail source "$(grep -v -e 'Exiting with failure' -e 'Removing leading' "$errors" | head -n 1)"
  fi
  if [ "$SOURCE_STRIP" = 1 ]; then
    only=("$BUILD_DIR"/*)
    if [ ${#only[@]} = 1 ] && [ -d "${only[0]}" ] && [ ! -L "${only[0]}" ]; then
      mv "${only[0]}" "$BUILD_DIR.top" && rmdir "$BUILD_DIR" && mv "$BUILD_DIR.top" "$BUILD_DIR" && chmod 755 "$BUILD_DIR"
    fi
  fi
  enter_source_dir
  # The newest entry's time is the commit's: no file of the slug is younger, so that equal sources give equal slugs.
  times=$(find "$BUILD_DIR" -mindepth 1 \( -name .DS_Store -delete -o -printf '%Ts\n' \))
  [ ${#times} -lt 10000 ] || times=$(sort -rn <<<"$times" | head -n 1)
  SOURCE_TIME=0
  for time in $times; do [ "$time" -le "$SOURCE_TIME" ] || SOURCE_TIME=$time; done
}

# An app may be one directory of what was sent: then that is all there is. No part of its path may be a link, which could lead elsewhere.
enter_source_dir() {
  local part parts dir=$BUILD_DIR
  [ -n "$SOURCE_DIR" ] || return 0
  IFS=/ read -r -a parts <<<"$SOURCE_DIR"
  for part in "${parts[@]}"; do
    dir+=/$part
    [ -d "$dir" ] && [ ! -L "$dir" ] || fail source_dir "$SOURCE_DIR"
  done
  echo "-----> Building $SOURCE_DIR of the repository"
  chmod 755 "$dir" && mv "$dir" "$BUILD_DIR.top" && rm -rf "$BUILD_DIR" && mv "$BUILD_DIR.top" "$BUILD_DIR" ||
    fail platform 'no source directory'
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
    pattern=${pattern#$'\xef\xbb\xbf'}
    # Blanks around a pattern and a comment behind it are no part of it.
    case $pattern in [[:space:]]'#'* | *[[:space:]]'#'*) pattern=${pattern%%[[:space:]]#*} ;; esac
    pattern=${pattern#"${pattern%%[![:space:]]*}"}
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

# What the app runs by the clock is read by the builder.
tell_app_json() {
  local text
  [ -f "$BUILD_DIR/app.json" ] && [ ! -L "$BUILD_DIR/app.json" ] || return 0
  IFS= read -r -d '' -n 65537 text <"$BUILD_DIR/app.json"
  case $text in *'"cron"'*) tell app_json "$text" ;; esac
}
