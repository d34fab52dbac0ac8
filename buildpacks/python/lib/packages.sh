# Packages: those of an earlier build where nothing that decides about them has changed, else they are installed.

install_packages() {
  local kept=packages/$PACKAGES_KEY each
  for each in "$CACHE"/packages/*; do
    [ -d "$each" ] && [ "${each##*/}" != "$PACKAGES_KEY" ] && echo "python/packages/${each##*/}" >>"$NOTES/forget"
  done
  echo ".heroku/python python/$kept" >>"$NOTES/keep"
  echo 'dir .heroku/python' >>"$NOTES/layers"
  if [ -d "$CACHE/$kept" ]; then
    step Restoring cache
    mv "$CACHE/$kept" .heroku/python
    echo ".heroku/python python/$kept" >>"$NOTES/borrowed"
    note cache_status reused
    info 'Nothing to install: the packages are those of the last build.'
  else
    if [ -d "$CACHE/packages" ]; then note cache_status discarded; else note cache_status empty; fi
    make_environment
    local before
    before=$(leftovers)
    # Debug information holds paths that differ from build to build, and is more than half of what compilers write.
    PYTHONPATH='' LDFLAGS=${LDFLAGS--Wl,--strip-debug} install_with_"$MANAGER"
    tidy_sources "$before"
    # Packages that are linked to their source from git: what they need of it has been read.
    rm -rf .heroku/python/src/*/.git
    move_to_app
    compile_bytecode
  fi
  make_links
}

# Runs bin/post_compile. What it does to packages is part of this build, and of no other: the next one begins with them as
# they were published.
run_post_compile() {
  [ -f bin/post_compile ] || return 0
  PACKAGES_PUBLISHED=$(packages_state)
  # A build that breaks off gives back what is known to be as it was.
  [ ! -f "$NOTES/borrowed" ] || mv "$NOTES/borrowed" "$NOTES/perhaps-borrowed"
  trap keep_published EXIT
  run_hook post_compile
}

keep_published() {
  if [ "$PACKAGES_PUBLISHED" = "$(packages_state)" ]; then
    [ ! -f "$NOTES/perhaps-borrowed" ] || mv "$NOTES/perhaps-borrowed" "$NOTES/borrowed"
  else
    sed -i '/^\.heroku\/python /d' "$NOTES/keep"
    info 'bin/post_compile has changed the packages: the next build installs them anew.'
  fi
}

packages_state() { find .heroku/python -printf '%p %y %s %T@ %l\n' | LC_ALL=C sort | sha256sum; }

# What setuptools leaves beside the source of what it builds. Nobody needs it, and a build that reuses packages has none.
leftovers() { find . \( -name .heroku -o -name .git -o -name node_modules \) -prune -o -type d \( -name '*.egg-info' -o -name build \) -prune -print; }

tidy_sources() {
  local dir
  while read -r dir; do
    [[ -z $dir || $'\n'$1$'\n' == *$'\n'$dir$'\n'* ]] || rm -rf "$dir"
  done < <(leftovers)
}

# Packages of the app's own are linked to where they are in a dyno. Digests of what said where they are in this build, and
# when they were made, are left out of their lists: they differ from build to build.
move_to_app() {
  local file site changed=() records
  site=$(echo .heroku/python/lib/python*/site-packages)
  mapfile -t changed < <(grep -lsF "$BUILD" "$site"/{*.pth,__editable__*.py,*.egg-link} "$site"/*.dist-info/direct_url.json .heroku/python/bin/*)
  [ ${#changed[@]} = 0 ] || sed -i "s,$BUILD,/app,g" "${changed[@]}"
  mapfile -t records < <(grep -lsE '^[^,]+/uv_(cache|build)\.json,|^__editable__' "$site"/*.dist-info/RECORD)
  [ ${#records[@]} = 0 ] || sed -i -E -e '/^[^,]+\/uv_(cache|build)\.json,/d' -e 's/^(__editable__[^,]*|[^,\/]+\.pth|[^,]*direct_url\.json|[^,]*\/bin\/[^,]+),.*/\1,,/' "${records[@]}"
  for file in "$site"/*.dist-info/uv_{cache,build}.json .heroku/python/.lock; do [ ! -f "$file" ] || rm "$file"; done
}

# So that these are found while the build still runs, its files are at their place in a dyno too.
make_links() {
  grep -qsE '^/app|/app/' .heroku/python/lib/python*/site-packages/{*.pth,__editable__*.py,*.egg-link} || return 0
  local path
  for path in "$BUILD"/*; do ln -sfn "$path" "/app/${path##*/}"; done
}

# Without times: a dyno takes them as they are, and equal packages give equal files.
compile_bytecode() {
  "$PLACE/bin/python" -m compileall -q -j 2 --invalidation-mode unchecked-hash $PLACE/lib >/dev/null 2>&1
  true
}
