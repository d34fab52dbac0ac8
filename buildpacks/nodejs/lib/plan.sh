# What is to be done: worked out by plan.mjs, and remembered for as long as nothing that it reads has changed.

make_plan() {
  local digest status
  digest=$(plan_inputs | sha256sum)
  if [ "$(head -n 1 "$CACHE/plan" 2>/dev/null)" != "# $digest" ]; then
    write_plan "$digest"
    status=$?
    # The stack's own Node.js is not what the app asks for: now it matters which others there are.
    if [ $status = 9 ]; then
      request inventory node || stop "The list of Node.js versions can't be had: $ANSWER" 'Push again.'
      write_plan "$(plan_inputs | sha256sum)"
      status=$?
    fi
    [ $status = 0 ] || return 1
    mv "$CACHE/plan.new" "$CACHE/plan"
  fi
  source "$CACHE/plan"
}

write_plan() {
  { echo "# $1" && /opt/node/bin/node $PACK/lib/plan.mjs "$BUILD" $RUNTIMES/versions; } >"$CACHE/plan.new"
}

plan_inputs() {
  cat $PACK/lib/plan.mjs $PACK/lib/versions.mjs
  [ ! -f $RUNTIMES/versions ] || cat $RUNTIMES/versions
  local name
  for name in package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml .npmrc; do
    [ -f $name ] && echo "== $name" && cat $name
  done
  # The default process is a file that may come and go without a change of package.json.
  printf '%s\n' *.js
  compgen -v | grep -iE '^(npm_config_|NODE_ENV$)' | grep -v '^npm_config_cache$' | while read -r name; do printf '%s=%s\n' "$name" "${!name}"; done
}
