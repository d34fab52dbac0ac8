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
    # Debug information holds paths that differ from build to build, and is more than half of what compilers write.
    LDFLAGS=${LDFLAGS--Wl,--strip-debug} install_with_"$MANAGER"
    move_to_app
    compile_bytecode
  fi
  make_links
}

# Packages that are linked to where they are in the app are there in a dyno, not in this build.
move_to_app() {
  local file
  rm -f .heroku/python/lib/python*/site-packages/*.dist-info/uv_cache.json .heroku/python/.lock
  grep -lsF "$BUILD" .heroku/python/lib/python*/site-packages/{*.pth,__editable__*.py,*.egg-link,*.dist-info/direct_url.json} .heroku/python/bin/* 2>/dev/null | while read -r file; do
    sed -i "s,$BUILD,/app,g" "$file"
  done
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
