#!/bin/bash
# Runs once, when the image for builds is made. The keeper of builds is a bash that nobody but root may read (lib/build.sh says why).
# V8's code of npm and of plan.mjs is kept beside them, and no build compiles
# them again. For the user that builds run as, since Node.js keeps it by user; a build can't change it.
set -eu
CODE=/slipway/compile-cache
install -m 0111 /bin/bash /slipway/keeper
dir=$(mktemp -d)
mkdir -p "$dir/app" "$dir/dependency" $CODE
echo '{"name":"dependency","version":"1.0.0"}' >"$dir/dependency/package.json"
echo '{"name":"app","version":"1.0.0","dependencies":{"dependency":"file:../dependency-1.0.0.tgz"},"engines":{"node":"*"}}' >"$dir/app/package.json"
chown -R 20000:20000 "$dir" $CODE

as_build() { (cd "$1" && shift && setpriv --reuid=20000 --regid=20000 --clear-groups env HOME="$dir" PATH="/opt/node/bin:$PATH" NODE_COMPILE_CACHE=$CODE "$@"); }
npm() { as_build "$1" npm "${@:2}" --offline --no-audit --no-fund --no-update-notifier --loglevel=error; }

npm "$dir/dependency" pack --pack-destination "$dir"
npm "$dir/app" install
npm "$dir/app" ci
as_build "$dir/app" node /slipway/buildpacks/nodejs/lib/plan.mjs "$dir/app" /opt/slipway/runtimes
chown -R root:root $CODE
chmod -R a+rX $CODE
rm -rf "$dir"
