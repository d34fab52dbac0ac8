# What a dyno sources at start: PATH, and how many processes fit its memory.

write_profile() {
  local npm='' text
  [ ! -d .heroku/npm ] || npm='$HOME/.heroku/npm/bin:'
  printf '%s\n' "export NODE_HOME=$NODE_HOME" \
    "export PATH=\"$npm$NODE_HOME/bin:\$HOME/bin:\$HOME/node_modules/.bin:\$PATH\"" \
    'export NODE_ENV=${NODE_ENV:-production}' >.profile.d/nodejs.sh
  read -r -d '' text <"$PACK/lib/WEB_CONCURRENCY.sh"
  printf '%s\n' "$text" >.profile.d/WEB_CONCURRENCY.sh
}

# What the buildpacks that follow source.
write_export() {
  printf '%s\n' "export NODE_HOME=$NODE_HOME" "export PATH=\"$PATH:$BUILD/node_modules/.bin\"" >"$EXPORT_FILE"
}
