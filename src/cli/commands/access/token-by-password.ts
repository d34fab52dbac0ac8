// Signing in with address and password, as `paas login --interactive` does.
import { hostname } from 'node:os';
import { openApi } from '../../api/api.js';
import { ApiError, CliError } from '../../api/errors.js';
import type { AuthorizationResource } from '../../api/resources.js';
import type { Cli } from '../../command.js';
import { ask, askSecret, readPiped } from '../../terminal/prompt.js';

const FOR_S = 30 * 86_400;

interface Place {
  url: string;
  ca: string | undefined;
  /** Asked for without it. */
  email: string | undefined;
  /** Of the second factor; asked for where it is needed. */
  code: string | undefined;
}

/** A token made with a password, which is kept nowhere. */
export async function tokenByPassword(cli: Cli, { url, ca, email: given, code }: Place): Promise<string> {
  const email = given ?? (await ask(cli, `Email for ${url}: `));
  const password = await readPassword(cli, 'Password: ');
  const basic = Buffer.from(`${email}:${password}`).toString('base64');
  const body = { description: `paas login from ${hostname()}`, expires_in: FOR_S };
  const send = (typed: string | undefined) => {
    const headers = { authorization: `Basic ${basic}`, ...(typed && { 'heroku-two-factor-code': typed }) };
    return openApi({ url, token: '', headers, ca, onWarning: cli.terminal.warn }).post<AuthorizationResource>(
      '/oauth/authorizations',
      body,
    );
  };
  const made = await send(code).catch(async (error: unknown) => {
    const isAsked = error instanceof ApiError && error.id === 'two_factor' && code === undefined && cli.stdin.isTTY;
    if (!isAsked) throw error;
    return send(await ask(cli, 'Two-factor code: '));
  });
  if (!made.access_token) throw new CliError(`${url} gave no token.`);
  return made.access_token.token;
}

/** Typed unseen, or piped in. */
export async function readPassword(cli: Cli, question: string): Promise<string> {
  const password = cli.stdin.isTTY ? await askSecret(cli, question) : await readPiped(cli);
  if (!password) throw new CliError('No password given.');
  return password;
}
