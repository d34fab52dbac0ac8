// The environment git runs in. node-git-server passes ours on as it is, so ours is made fit for it.

const FIXED = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8' };

/**
 * Frees the environment of whatever a surrounding git left in it (GIT_DIR would lead every push astray), of this
 * machine's own git settings, and of its language: the same push reads the same everywhere.
 */
export function settleGitEnvironment(environment: Record<string, string | undefined>): void {
  for (const name of Object.keys(environment)) {
    if (name.startsWith('GIT_')) delete environment[name];
  }
  Object.assign(environment, FIXED);
}
