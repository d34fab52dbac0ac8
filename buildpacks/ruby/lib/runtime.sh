# The stack's Ruby: dynos get it as a layer of their own.

use_ruby() {
  echo "runtime ruby $RUBY" >>"$NOTES/layers"
  note ruby_version "$RUBY"
  [ -z "$RAILS" ] || note rails_version "$RAILS"
  step "Using Ruby version: ruby-$RUBY"
  accept_patch_level
  # Assets are made with Node.js; one of the app's own, that another buildpack has brought, comes first.
  export PATH=$BUILD/vendor/bundle/bin:$PATH:/opt/node/bin
  export LANG=${LANG:-C.UTF-8}
}

# Bundler insists on the last number of a version too, which is for the operator's updates to choose: in the slug, the files
# name the Ruby that the app gets.
accept_patch_level() {
  # Bundler before 2.4 does not know that a version may be in a file.
  [ -z "$RUBY_FILE_LINE" ] || perl -pi -e 's/(\bfile:|:file\s*=>)\s*(["'\''])\.ruby-version\2/"'"$RUBY"'"/ if $. == '"$RUBY_FILE_LINE" Gemfile
  [ -n "$RUBY_LINE" ] || return 0
  case $RUBY_FROM in
    Gemfile) perl -pi -e 'if ($. == '"$RUBY_LINE"') { s/(["'\''])[^"'\'']*\1(\s*,\s*(["'\''])[^"'\'']*\3)*/"'"$RUBY"'"/ }' Gemfile ;;
    .ruby-version) echo "$RUBY" >.ruby-version ;;
  esac
  perl -pi -e 's/^   ruby \d[^\s(]*/   ruby '"$RUBY"'/ if $in; $in = /^RUBY VERSION/' Gemfile.lock
}
