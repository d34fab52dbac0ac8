// authorizations (tokens of one's own), and users (for the admin).
import type { Command } from 'commander';
import { addCommand, type Cli, type JsonOption } from '../command.js';
import { wholeNumber } from '../numbers.js';
import { during } from '../progress.js';
import { reachApi } from '../reach.js';
import type { AuthorizationResource, UserResource } from '../resources.js';
import { fields, table } from '../table.js';

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

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'authorizations', 'list your tokens').action((options: JsonOption) => list(cli, options));
  addCommand(program, 'authorizations:create', 'create a token; it is shown once')
    .option('-d, --description <text>', 'what it is for')
    .option('-e, --expires-in <seconds>', 'how long it is good for (default: no end)', wholeNumber)
    .option('-s, --scope <scopes>', 'its scopes, separated by commas')
    .option('-S, --short', 'print the token only')
    .action((options: CreateOptions) => create(cli, options));
  addCommand(program, 'authorizations:revoke <id>', 'revoke a token').action((id: string, options: JsonOption) => revoke(cli, id, options));
  addCommand(program, 'users', 'list all users (admin)').action((options: JsonOption) => listUsers(cli, options));
  addCommand(program, 'users:add <email>', 'add a user with a first token; it is shown once (admin)')
    .option('--name <name>', "the user's name")
    .option('-S, --short', 'print the token only')
    .action((email: string, options: AddOptions) => addUser(cli, email, options));
}

async function list(cli: Cli, options: JsonOption): Promise<void> {
  const { terminal } = cli;
  const authorizations = await reachApi(cli).get<AuthorizationResource[]>('/oauth/authorizations');
  authorizations.sort((a, b) => a.description.localeCompare(b.description));
  if (options.json) return terminal.printJson(authorizations);
  if (authorizations.length === 0) return terminal.print('No OAuth authorizations.');
  table(['Description', 'ID', 'Scope'], authorizations.map((each) => [each.description, each.id, each.scope.join(',')])).forEach(terminal.print);
}

async function create(cli: Cli, options: CreateOptions): Promise<void> {
  const { terminal } = cli;
  const api = reachApi(cli);
  const body = { description: options.description, expires_in: options.expiresIn, scope: options.scope?.split(',') ?? ['global'] };
  const made = await during(terminal, 'Creating OAuth Authorization', () => api.post<AuthorizationResource>('/oauth/authorizations', body));
  if (options.json) return terminal.printJson(made);
  if (options.short) return terminal.print(made.access_token?.token ?? '');
  const expiresIn = made.access_token?.expires_in;
  const facts = {
    Client: '<none>',
    ID: made.id,
    Description: made.description,
    Scope: made.scope.join(','),
    Token: made.access_token?.token,
    'Expires in': expiresIn ? `${expiresIn} s` : undefined,
  };
  fields(facts).forEach(terminal.print);
}

async function revoke(cli: Cli, id: string, options: JsonOption): Promise<void> {
  const api = reachApi(cli);
  const work = () => api.remove<AuthorizationResource>(`/oauth/authorizations/${encodeURIComponent(id)}`);
  const gone = await during(cli.terminal, 'Revoking OAuth Authorization', work, (each) => `done, revoked authorization from ${each.description}`);
  if (options.json) cli.terminal.printJson(gone);
}

async function listUsers(cli: Cli, options: JsonOption): Promise<void> {
  const users = await reachApi(cli).get<UserResource[]>('/users');
  if (options.json) return cli.terminal.printJson(users);
  table(['Email', 'Name'], users.map((user) => [user.email, user.name ?? ''])).forEach(cli.terminal.print);
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
