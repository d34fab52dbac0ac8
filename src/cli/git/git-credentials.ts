// The credential helper's answer. See gitcredentials(7): `key=value` lines in, `key=value` lines out.
import type { Cli } from '../command.js';
import { credentialsPath, readCredentials, type Credentials } from '../api/credentials.js';
import { readPiped } from '../terminal/prompt.js';
import { findLogin, mayShareToken, settle } from '../api/settings.js';

/** Serves `git credential`'s operation: answers `get`, and leaves the rest, since tokens are kept by `paas login`. */
export async function serveGit(cli: Cli, operation: string | undefined): Promise<void> {
  if (operation !== 'get') return;
  const stored = readCredentials(credentialsPath(cli.env));
  for (const line of answerGit(await readPiped(cli), cli.env, stored)) cli.terminal.print(line);
}

/** User name and token for the origin git asks about; nothing when it isn't an API we know. */
export function answerGit(question: string, env: NodeJS.ProcessEnv, credentials: Credentials): string[] {
  const asked = parseLines(question);
  if (!asked['host'] || !/^https?$/.test(asked['protocol'] ?? '')) return [];
  const origin = `${asked['protocol']}://${asked['host']}`;
  const settings = settle(env, credentials);
  const token = mayShareToken(settings.url, origin) ? settings.token : findLogin(credentials, origin)?.token;
  return token ? ['username=paas', `password=${token}`] : [];
}

function parseLines(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trim()]] : [];
    }),
  );
}
