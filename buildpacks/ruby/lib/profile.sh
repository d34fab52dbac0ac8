# What a dyno sources at start: where the gems are, and what Rails and Puma want to know.

write_profile() {
  {
    printf '%s\n' 'export PATH="$HOME/bin:$HOME/vendor/bundle/bin:$HOME/vendor/bundle/ruby/'"$ABI"'/bin:$PATH"' \
      'export LANG=${LANG:-C.UTF-8} RACK_ENV=${RACK_ENV:-production} MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}'
    [ -z "$INSTALL" ] || printf '%s\n' 'export GEM_PATH="$HOME/vendor/bundle/ruby/'"$ABI"':$GEM_PATH" BUNDLE_GEMFILE=${BUNDLE_GEMFILE:-$HOME/Gemfile}' \
      "export BUNDLE_PATH=\"\$HOME/vendor/bundle\" BUNDLE_BIN=\"\$HOME/vendor/bundle/bin\" BUNDLE_DEPLOYMENT=1 BUNDLE_WITHOUT=\${BUNDLE_WITHOUT-$WITHOUT}" \
      "export BUNDLER_VERSION=$BUNDLER_VERSION"
    [ -z "$RAILS" ] || printf '%s\n' 'export RAILS_ENV=${RAILS_ENV:-production} RAILS_SERVE_STATIC_FILES=${RAILS_SERVE_STATIC_FILES-enabled} RAILS_LOG_TO_STDOUT=${RAILS_LOG_TO_STDOUT-enabled} DISABLE_SPRING=1' \
      "[ -n \"\${RAILS_MASTER_KEY-}\" ] || [ -f config/master.key ] || export SECRET_KEY_BASE=\${SECRET_KEY_BASE:-$(app_secret)}"
  } >.profile.d/ruby.sh
  cp $PACK/lib/WEB_CONCURRENCY.sh .profile.d/WEB_CONCURRENCY.sh
}

# What Rails signs cookies with: made once, and kept with the app's cache. A config var of that name comes first.
app_secret() {
  local file=$CACHE/secret-key-base
  [ -s "$file" ] || (umask 077 && head -c 64 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$file")
  cat "$file"
}

# What the buildpacks that follow source.
write_export() {
  printf '%s\n' "export PATH=\"$BUILD/vendor/bundle/bin:\$PATH\"" "export BUNDLE_GEMFILE=\"$BUNDLE_GEMFILE\" BUNDLE_PATH=\"$BUNDLE_PATH\" BUNDLE_BIN=\"$BUNDLE_BIN\" BUNDLE_DEPLOYMENT=1 BUNDLE_WITHOUT=\"$BUNDLE_WITHOUT\" RAILS_ENV=\"$RAILS_ENV\" RACK_ENV=\"$RACK_ENV\"" >"$EXPORT_FILE"
  [ -z "$INSTALL" ] || printf '%s\n' "export BUNDLER_VERSION=$BUNDLER_VERSION GEM_PATH=\"$BUNDLE_PATH/ruby/$ABI:\"" >>"$EXPORT_FILE"
}
