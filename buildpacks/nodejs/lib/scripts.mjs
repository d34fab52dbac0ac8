// Which scripts of package.json run, and what that means for devDependencies.
import { hasScript, installScripts, runsAtInstall } from './install-scripts.mjs';

/** What builds the app, and what there is to say about that. A heroku-postbuild that is empty means that nothing does. */
export function buildOf(pkg) {
  const [script, other] = ['heroku-postbuild', 'build'].filter((name) => typeof pkg.scripts?.[name] === 'string');
  const both = other ? ['Detected both "build" and "heroku-postbuild" scripts'] : [];
  if (!script || hasScript(pkg, script)) return { BUILD_SCRIPT: script ?? '', BUILD_NOTES: both };
  return { BUILD_SCRIPT: '', BUILD_NOTES: [...both, `Running ${script}, which is empty`] };
}

/** What of the app's own is run when it is installed, and whether devDependencies are there for it and go afterwards. */
export function scriptsOf({ pkg, members, manager, major, files, env }) {
  const setting = env.npm_config_ignore_scripts ?? env.NPM_CONFIG_IGNORE_SCRIPTS ?? '';
  const isIgnored = /^true$/i.test(setting) || /^\s*ignore-scripts\s*=\s*true/m.test(files('.npmrc') ?? '');
  const { first, then } = isIgnored ? { first: [], then: [] } : installScripts({ name: manager.name, major }, pkg);
  const anyInstalls = members.some((member) => runsAtInstall(manager.name, member.pkg));
  const others = ['heroku-prebuild', buildOf(pkg).BUILD_SCRIPT, 'heroku-cleanup'].filter((name) => hasScript(pkg, name));
  const runs = anyInstalls || [...first, ...then, ...others].length > 0;
  const keeps = keepsDevDependencies(manager, env);
  // Berry can't install without them and still see to it that the lockfile is right.
  const needs = keeps !== '' || manager.name === 'berry' || (runs && !omitsDevDependencies(manager, env));
  const hasDev = [{ pkg }, ...members].some((each) => Object.keys(each.pkg.devDependencies ?? {}).length > 0);
  const runsAgain = manager.name === 'pnpm' && anyInstalls;
  const not = keeps || (runsAgain ? 'pnpm would run the install scripts of workspaces again, without devDependencies' : '');
  return {
    INSTALL_SCRIPTS_FIRST: first,
    INSTALL_SCRIPTS: then,
    WITH_DEV: needs ? '1' : '',
    PRUNE: needs && hasDev && !not ? '1' : '',
    PRUNE_NOT: needs && hasDev ? not : '',
  };
}

/** Config vars that say: never install them, not even for the build. */
function omitsDevDependencies({ name }, env) {
  return { npm: env.NPM_CONFIG_PRODUCTION, yarn: env.YARN_PRODUCTION }[name] === 'true';
}

/** Why they stay; '' if they don't. */
function keepsDevDependencies({ name }, env) {
  if ((env.NODE_ENV ?? 'production') !== 'production') return `NODE_ENV is '${env.NODE_ENV}'`;
  const own = {
    npm: ['NPM_CONFIG_PRODUCTION', 'false'],
    yarn: ['YARN_PRODUCTION', 'false'],
    berry: ['YARN2_SKIP_PRUNING', 'true'],
    pnpm: ['PNPM_SKIP_PRUNING', 'true'],
  };
  const found = [own[name], own.npm].find(([variable, value]) => env[variable] === value);
  return found ? `${found[0]} is '${found[1]}'` : '';
}
