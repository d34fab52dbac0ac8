// authorizations (tokens of one's own, and for the admin those of others), and users (for the admin).
import type { Command } from 'commander';
import { addCommand, type Cli, type JsonOption } from '../command.js';
import { CliError } from '../api/errors.js';
import { listAuthorizations } from './access/list-authorizations.js';
import { wholeNumber } from '../numbers.js';
import { during } from '../terminal/progress.js';
import { ask } from '../terminal/prompt.js';
import { reachApi } from '../api/reach.js';
import type { AuthorizationResource, UserResource } from '../api/resources.js';
import { findByPrefix, isPrefix } from '../terminal/short-id.js';
import { fields, table } from '../terminal/table.js';

interface CreateOptions extends JsonOption {
  description?: string;
  expiresIn?: number;
  scope?: string;
  short?: boolean;
}

interface AddOptions extends JsonOption {
  name?: string;
  short?: boolean;
}

interface OfUserOptions extends JsonOption {
  user?: string;
}

interface RemoveOptions extends JsonOption {
  transferTo?: string;
  confirm?: string;
}

type Person = UserResource & { role: string; suspended_at: string | null };

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'authorizations', 'list your tokens')
    .option('-u, --user <email>', 'list those of another user (admin)')
    .action((options: OfUserOptions) => listAuthorizations(cli, options, options.user && `${userPath(options.user)}/authorizations`));
  addCommand(program, 'authorizations:create', 'create a token; it is shown once')
    .option('-d, --description <text>', 'what it is for')
    .option('-e, --expires-in <seconds>', 'how long it is good for (default: no end)', wholeNumber)
    .option('-s, --scope <scopes>', 'its scopes, separated by commas')
    .option('-S, --short', 'print the token only')
    .action((options: CreateOptions) => create(cli, options));
  addCommand(program, 'authorizations:revoke [id]', 'revoke a token')
    .option('-u, --user <email>', 'revoke all tokens of this user (admin)')
    .action((id: string | undefined, options: OfUserOptions) => revoke(cli, id, options));
  addCommand(program, 'users', 'list all users (admin)').action((options: JsonOption) => listUsers(cli, options));
  addCommand(program, 'users:add <email>', 'add a user with a first token; it is shown once (admin)')
    .option('--name <name>', "the user's name")
    .option('-S, --short', 'print the token only')
    .action((email: string, options: AddOptions) => addUser(cli, email, options));
  addCommand(program, 'users:role <email> <role>', 'make a user an admin, or a member again (admin)').action(
    (email: string, role: string, options: JsonOption) =>
      change(cli, { email, body: { role }, what: `Making ${email} ${role === 'admin' ? 'an' : 'a'} ${role}` }, options),
  );
  addCommand(program, 'users:disable <email>', 'let a user do nothing until they are enabled again (admin)').action(
    (email: string, options: JsonOption) => change(cli, { email, body: { suspended: true }, what: `Disabling ${email}` }, options),
  );
  addCommand(program, 'users:enable <email>', 'let a disabled user work again (admin)').action((email: string, options: JsonOption) =>
    change(cli, { email, body: { suspended: false }, what: `Enabling ${email}` }, options),
  );
  addCommand(program, 'users:remove <email>', 'remove a user and their tokens for good (admin)')
    .option('-t, --transfer-to <email>', 'the user who gets their apps')
    .option('-c, --confirm <email>', 'the address again, instead of being asked for it')
    .action((email: string, options: RemoveOptions) => removeUser(cli, email, options));
}

async function create(cli: Cli, options: CreateOptions): Promise<void> {
  const { terminal } = cli;
  const api = reachApi(cli);
  const body = { description: options.description, expires_in: options.expiresIn, scope: options.scope?.split(',') ?? ['global'] };
  const made = await during(terminal, 'Creating authorization', () => api.post<AuthorizationResource>('/oauth/authorizations', body));
  if (options.json) return terminal.printJson(made);
  if (options.short) return terminal.print(made.access_token?.token ?? '');
  const expiresIn = made.access_token?.expires_in;
  const facts = {
    ID: made.id,
    Description: made.description,
    Scope: made.scope.join(','),
    Token: made.access_token?.token,
    'Expires in': expiresIn ? `${expiresIn} s` : undefined,
  };
  fields(facts).forEach(terminal.print);
}

async function revoke(cli: Cli, id: string | undefined, options: OfUserOptions): Promise<void> {
  if (id === undefined) return revokeAll(cli, options);
  if (options.user) throw new CliError('Give the id of one token, or --user for all of a user: not both.');
  const api = reachApi(cli);
  const whole = isPrefix(id) ? findByPrefix(await api.get<AuthorizationResource[]>('/oauth/authorizations'), id, 'authorization').id : id;
  const work = () => api.remove<AuthorizationResource>(`/oauth/authorizations/${encodeURIComponent(whole)}`);
  const gone = await during(cli.terminal, 'Revoking authorization', work, (each) => `done, revoked authorization from ${each.description}`);
  if (options.json) cli.terminal.printJson(gone);
}

async function revokeAll(cli: Cli, { user, json }: OfUserOptions): Promise<void> {
  if (!user) throw new CliError('Which token? Give its id (paas authorizations lists yours), or --user <email> for all of a user.');
  const work = () => reachApi(cli).remove<AuthorizationResource[]>(`${userPath(user)}/authorizations`);
  const gone = await during(cli.terminal, `Revoking all tokens of ${user}`, work, (tokens) => `done, ${tokens.length} revoked`);
  if (json) cli.terminal.printJson(gone);
}

async function listUsers(cli: Cli, options: JsonOption): Promise<void> {
  const users = await reachApi(cli).get<Person[]>('/users');
  if (options.json) return cli.terminal.printJson(users);
  const rows = users.map((user) => [user.email, user.role, user.suspended_at ? 'disabled' : '', user.name ?? '']);
  table(['Email', 'Role', 'State', 'Name'], rows, cli.terminal).forEach(cli.terminal.print);
}

async function change(cli: Cli, o: { email: string; body: object; what: string }, options: JsonOption): Promise<void> {
  const changed = await during(cli.terminal, o.what, () => reachApi(cli).patch<Person>(userPath(o.email), o.body));
  if (options.json) cli.terminal.printJson(changed);
}

async function removeUser(cli: Cli, email: string, options: RemoveOptions): Promise<void> {
  await confirmRemoval(cli, email, options.confirm);
  const query = options.transferTo ? `?transfer_to=${encodeURIComponent(options.transferTo)}` : '';
  const gone = await during(cli.terminal, `Removing ${email}`, () => reachApi(cli).remove<Person>(userPath(email) + query));
  if (options.json) cli.terminal.printJson(gone);
}

async function confirmRemoval(cli: Cli, email: string, given: string | undefined): Promise<void> {
  if (given === email) return;
  if (given !== undefined) throw new CliError(`Confirmation ${given} did not match ${email}. Aborted.`);
  if (!cli.stdin.isTTY) throw new CliError(`This would remove ${email} for good.\nTo do so, run again with --confirm ${email}`);
  const typed = await ask(cli, `To proceed, type ${email} or re-run this command with --confirm ${email}: `);
  if (typed !== email) throw new CliError(`Confirmation did not match ${email}. Aborted.`);
}

function userPath(email: string): string {
  return `/users/${encodeURIComponent(email)}`;
}

async function addUser(cli: Cli, email: string, options: AddOptions): Promise<void> {
  const { terminal } = cli;
  const api = reachApi(cli);
  const work = () => api.post<UserResource & { access_token: { token: string } }>('/users', { email, name: options.name });
  const user = await during(terminal, `Adding ${email}`, work);
  const { token } = user.access_token;
  if (options.json) return terminal.printJson(user);
  if (options.short) return terminal.print(token);
  fields({ Email: user.email, Token: token }).forEach(terminal.print);
  terminal.warn(`This token is not shown again. ${user.email} logs in with: paas login ${api.url}`);
}
