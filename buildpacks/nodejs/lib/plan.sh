# What is to be done: worked out by plan.mjs, and remembered for as long as nothing that it reads has changed.

make_plan() {
  local digest known='' status
  digest=$(plan_inputs | sha256sum)
  [ -f "$CACHE/plan" ] && read -r known <"$CACHE/plan"
  if [ "$known" != "# $digest" ]; then
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
  local name files=($PACK/lib/plan.mjs $PACK/lib/versions.mjs)
  for name in $RUNTIMES/versions package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml .npmrc; do
    [ -f $name ] && files+=($name) && echo "== $name"
  done
  cat "${files[@]}"
  # The default process is a file that may come and go without a change of package.json.
  printf '%s\n' *.js binding.gy[p]
  for name in "${!npm_config_@}" "${!NPM_CONFIG_@}" NODE_ENV; do
    [ $name = npm_config_cache ] || printf '%s=%s\n' $name "${!name}"
  done
}
