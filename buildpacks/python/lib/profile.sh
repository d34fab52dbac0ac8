# What a dyno sources at start: PATH, and what servers of Python read.

write_profile() {
  # PYTHONHOME is what Heroku sets, and what people copy into config vars; an environment doesn't start with it.
  printf '%s\n' 'export PATH=$HOME/.heroku/python/bin:$HOME/bin:$PATH' \
    'unset PYTHONHOME' \
    'export PYTHONUNBUFFERED=${PYTHONUNBUFFERED:-true}' \
    'export PYTHONPATH=${PYTHONPATH-$HOME}' \
    'export FORWARDED_ALLOW_IPS=${FORWARDED_ALLOW_IPS-*}' \
    'export GUNICORN_CMD_ARGS=${GUNICORN_CMD_ARGS-"--access-logfile -"}' >.profile.d/python.sh
  [ ! -d .heroku/nltk_data ] || echo 'export NLTK_DATA=${NLTK_DATA-$HOME/.heroku/nltk_data}' >>.profile.d/python.sh
  local text
  read -r -d '' text <"$PACK/lib/WEB_CONCURRENCY.sh"
  printf '%s\n' "$text" >.profile.d/WEB_CONCURRENCY.sh
}

# Runs a step of the app's own, which sees what the app's dynos will see.
as_in_dyno() { PYTHONPATH=$(in_build "${PYTHONPATH-/app}") PATH=$PLACE/bin:$BUILD/bin:$PATH "$@"; }

# What the buildpacks that follow source.
write_export() { printf '%s\n' "export PATH=\"$PLACE/bin:\$PATH\"" "export PYTHONPATH=\"\${PYTHONPATH-$BUILD}\" ${NLTK_DATA+NLTK_DATA=\"$NLTK_DATA\"}" >"$EXPORT_FILE"; }
