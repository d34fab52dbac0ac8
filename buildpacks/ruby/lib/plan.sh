# What is to be done: worked out by plan.mjs, and remembered for as long as nothing that it reads has changed.

make_plan() {
  local digest known=''
  STACK_RUBY=$(ruby --disable=gems -e 'print RUBY_VERSION') || stop 'The stack has no Ruby.' "The operator's stack image lacks it."
  digest=$(plan_inputs | sha256sum)
  [ -f "$CACHE/plan" ] && read -r known <"$CACHE/plan"
  if [ "$known" != "# $digest" ]; then
    { echo "# $digest" && /opt/node/bin/node $PACK/lib/plan.mjs "$BUILD" "$STACK_RUBY"; } >"$CACHE/plan.new" || exit 1
    mv "$CACHE/plan.new" "$CACHE/plan"
  fi
  source "$CACHE/plan"
}

plan_inputs() {
  local name files=($PACK/lib/*.mjs)
  # A Gemfile may load files of these kinds.
  for name in Gemfile Gemfile.* .ruby-version *.gemspec gems/*/*.gemspec lib/*/version.rb lib/version.rb Rakefile lib/tasks/*; do
    [ -f "$name" ] && files+=("$name") && echo "== $name"
  done
  cat "${files[@]}"
  for name in Procfile config.ru config/application.rb config/puma.rb bin/rails Rakefile rakefile Rakefile.rb rakefile.rb; do
    [ -f $name ] && echo "has $name"
    [ -x $name ] && echo executable
  done
  printf '%s\n' "$STACK_RUBY" vendor/cache/*.ge[m]
  # A Gemfile may ask for any config var.
  if grep -q ENV Gemfile; then env | LC_ALL=C sort | grep -vE '^(_|REQUEST_ID|SOURCE_VERSION|OLDPWD|PWD|SHLVL|HOSTNAME)='; fi
  for name in "${!BUNDLE_@}" "${!NOKOGIRI_@}" RAILS_ENV RACK_ENV; do printf '%s=%s\n' "$name" "${!name}"; done
}
