# Django's static files, gathered where STATIC_ROOT says.

collect_static() {
  local log=$NOTES/collectstatic.log manage
  MANAGE=$(find_manage)
  has_package django || return 0
  [ -n "$MANAGE" ] || { info 'Skipping Django collectstatic: there is no manage.py.'; return 0; }
  if [ -n "${DISABLE_COLLECTSTATIC-}" ]; then
    step 'Skipping Django collectstatic: DISABLE_COLLECTSTATIC is set'
    return 0
  fi
  step "\$ python $MANAGE collectstatic --noinput"
  alone as_in_dyno python "$MANAGE" collectstatic --noinput 2>&1 | tee "$log" | sed -u -e '/^Traceback/,$d' -e '/^Copying /d' -e '/^Post-processed /d' | indent && return
  if grep -qE "^Unknown command: '?collectstatic" "$log"; then
    info 'Skipped: django.contrib.staticfiles is not among INSTALLED_APPS.'
  elif grep -qE 'without having set the STATIC_ROOT setting' "$log"; then
    warn 'No static files are gathered: STATIC_ROOT is not in the settings. Add STATIC_ROOT = BASE_DIR / "staticfiles".'
  else
    sed -n '/^Traceback/,$p' "$log" | indent
    explain "$log" static-failures.tsv 'To deploy without static files for now: paas config:set DISABLE_COLLECTSTATIC=1'
  fi
}

# The manage.py that is nearest to the top.
find_manage() {
  local file
  for file in manage.py */manage.py */*/manage.py; do [ -f "$file" ] && echo "$file" && return; done
  true
}

has_package() {
  local place
  for place in .heroku/python/lib/python*/site-packages/"$1"; do [ -e "$place" ] && return; done
  return 1
}
