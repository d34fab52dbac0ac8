// authorizations: tokens of one's own, and for the admin those of others.
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { reachApi } from '../../api/reach.js';
import type { AuthorizationResource } from '../../api/resources.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { duration, wholeNumber } from '../../numbers.js';
import { age } from '../../terminal/age.js';
import { during } from '../../terminal/progress.js';
import { findByPrefix, isPrefix } from '../../terminal/short-id.js';
import { fields } from '../../terminal/table.js';
import { limitsOf, listAuthorizations } from './list-authorizations.js';

interface ShortOption extends JsonOption {
  short?: boolean;
}

interface CreateOptions extends ShortOption {
  description?: string;
  app?: string;
  only?: string;
  expires?: number | 'never';
  expiresIn?: number;
  scope?: string;
}

interface OfUserOptions extends JsonOption {
  user?: string;
}

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'authorizations', 'list your tokens')
    .option('-u, --user <email>', 'list those of another user (admin)')
    .action((options: OfUserOptions) => listAuthorizations(cli, options, options.user && `${userPath(options.user)}/authorizations`));
  addCommand(program, 'authorizations:create', 'create a token; it is shown once')
    .option('-d, --description <text>', 'what it is for')
    .option('-a, --app <names>', 'the apps it is for, separated by commas (default: all)')
    .option('-o, --only <actions>', 'what it may do: deploy, run, logs, separated by commas (default: all)')
    .option('--expires <time>', 'how long it is good for: 90d, 12h, never (default: 90d with --app or --only, else never)', duration)
    .option('-e, --expires-in <seconds>', 'the same in seconds', wholeNumber)
    .option('-s, --scope <scopes>', 'its scopes, separated by commas')
    .option('-S, --short', 'print the token only')
    .action((options: CreateOptions) => create(cli, options));
  addCommand(program, 'authorizations:info <id>', 'show a token: what it may do, and until when').action(
    (id: string, options: JsonOption) => info(cli, id, options),
  );
  addCommand(program, 'authorizations:update <id>', 'say anew what a token is for')
    .requiredOption('-d, --description <text>', 'what it is for')
    .action((id: string, options: JsonOption & { description: string }) => update(cli, id, options));
  addCommand(program, 'authorizations:rotate <id>', 'put another token in place of one; it is shown once')
    .option('-S, --short', 'print the token only')
    .action((id: string, options: ShortOption) => rotate(cli, id, options));
  addCommand(program, 'authorizations:revoke [id]', 'revoke a token')
    .option('-u, --user <email>', 'revoke all tokens of this user (admin)')
    .action((id: string | undefined, options: OfUserOptions) => revoke(cli, id, options));
}

async function create(cli: Cli, options: CreateOptions): Promise<void> {
  if (options.only && options.scope) throw new CliError('Give --only or --scope: both say what the token may do.');
  if (options.expires !== undefined && options.expiresIn) throw new CliError('Give --expires or --expires-in: not both.');
  const body = {
    description: options.description,
    apps: options.app?.split(','),
    scope: (options.only ?? options.scope)?.split(','),
    expires_in: options.expires === 'never' ? null : (options.expires ?? options.expiresIn),
  };
  const api = reachApi(cli);
  const work = () => api.post<AuthorizationResource>('/oauth/authorizations', body);
  show(cli, await during(cli.terminal, 'Creating authorization', work), options);
}

async function info(cli: Cli, id: string, options: JsonOption): Promise<void> {
  show(cli, await reachApi(cli).get<AuthorizationResource>(await pathOf(cli, id)), options);
}

async function update(cli: Cli, id: string, { description, json }: JsonOption & { description: string }): Promise<void> {
  const path = await pathOf(cli, id);
  const work = () => reachApi(cli).patch<AuthorizationResource>(path, { description });
  const changed = await during(cli.terminal, 'Updating authorization', work);
  if (json) cli.terminal.printJson(changed);
}

async function rotate(cli: Cli, id: string, options: ShortOption): Promise<void> {
  const path = await pathOf(cli, id);
  const work = () => reachApi(cli).post<AuthorizationResource>(`${path}/actions/regenerate-tokens`);
  show(cli, await during(cli.terminal, 'Rotating authorization', work), options);
}

function show({ terminal }: Cli, each: AuthorizationResource, options: ShortOption): void {
  if (options.json) return terminal.printJson(each);
  if (options.short) return terminal.print(each.access_token?.token ?? '');
  const seconds = each.access_token?.expires_in ?? null;
  const expires = seconds === 0 ? 'expired' : seconds === null ? 'never' : `in ${age(seconds * 1000)}`;
  fields({ ID: each.id, Description: each.description, Scope: limitsOf(each), Token: each.access_token?.token, Expires: expires }).forEach(
    terminal.print,
  );
}

async function revoke(cli: Cli, id: string | undefined, options: OfUserOptions): Promise<void> {
  if (id === undefined) return revokeAll(cli, options);
  if (options.user) throw new CliError('Give the id of one token, or --user for all of a user: not both.');
  const path = await pathOf(cli, id);
  const work = () => reachApi(cli).remove<AuthorizationResource>(path);
  const gone = await during(cli.terminal, 'Revoking authorization', work, (each) => `done, revoked authorization from ${each.description}`);
  if (options.json) cli.terminal.printJson(gone);
}

async function revokeAll(cli: Cli, { user, json }: OfUserOptions): Promise<void> {
  if (!user) throw new CliError('Which token? Give its id (paas authorizations lists yours), or --user <email> for all of a user.');
  const work = () => reachApi(cli).remove<AuthorizationResource[]>(`${userPath(user)}/authorizations`);
  const gone = await during(cli.terminal, `Revoking all tokens of ${user}`, work, (tokens) => `done, ${tokens.length} revoked`);
  if (json) cli.terminal.printJson(gone);
}

/** By the whole id, or the beginning of one of one's own. */
async function pathOf(cli: Cli, id: string): Promise<string> {
  const own = () => reachApi(cli).get<AuthorizationResource[]>('/oauth/authorizations');
  const whole = isPrefix(id) ? findByPrefix(await own(), id, 'authorization').id : id;
  return `/oauth/authorizations/${encodeURIComponent(whole)}`;
}

function userPath(email: string): string {
  return `/users/${encodeURIComponent(email)}`;
}
