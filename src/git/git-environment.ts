// The environment git runs in. node-git-server passes ours on as it is, so ours is made fit for it.

const FIXED = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C.UTF-8' };

/**
 * Frees the environment of whatever a surrounding git left in it (GIT_DIR would lead every push astray), of this
 * machine's own git settings, and of its language: the same push reads the same everywhere.
 */
export function settleGitEnvironment(environment: Record<string, string | undefined>, limitedDir: string): void {
  for (const name of Object.keys(environment)) {
    if (name.startsWith('GIT_')) delete environment[name];
  }
  Object.assign(environment, FIXED);
  // git-receive-pack and git-upload-pack are found there first, with a limit on their memory.
  const path = (environment['PATH'] ?? '').split(':').filter((dir) => dir !== limitedDir);
  environment['PATH'] = [limitedDir, ...path].join(':');
}

/** The protocol version a client asks for, as git wants to read it; null where it asks for nothing that we pass on. */
export function readProtocol(header: string): string | null {
  return /^version=[012]$/.test(header) ? header : null;
}

/** What the next git that is started will take for the client's wish. To be unset as soon as it has been started. */
export function setProtocol(environment: Record<string, string | undefined>, protocol: string | null): void {
  if (protocol === null) delete environment['GIT_PROTOCOL'];
  else environment['GIT_PROTOCOL'] = protocol;
}
