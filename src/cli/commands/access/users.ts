// users, for the admin.
import type { Command } from 'commander';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { during } from '../../terminal/progress.js';
import { ask } from '../../terminal/prompt.js';
import { reachApi } from '../../api/reach.js';
import type { UserResource } from '../../api/resources.js';
import { fields, table } from '../../terminal/table.js';

interface AddOptions extends JsonOption {
  name?: string;
  short?: boolean;
}

interface RemoveOptions extends JsonOption {
  transferTo?: string;
  confirm?: string;
}

type Person = UserResource & { role: string; suspended_at: string | null };

export function register(program: Command, cli: Cli): void {
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
  addCommand(program, 'users:reset-password <email>', 'print a link by which a user sets a password, once (admin)').action(
    (email: string, options: JsonOption) => resetPassword(cli, email, options),
  );
  addCommand(program, 'users:remove <email>', 'remove a user and their tokens for good (admin)')
    .option('-t, --transfer-to <email>', 'the user who gets their apps')
    .option('-c, --confirm <email>', 'the address again, instead of being asked for it')
    .action((email: string, options: RemoveOptions) => removeUser(cli, email, options));
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

async function resetPassword(cli: Cli, email: string, options: JsonOption): Promise<void> {
  const { terminal } = cli;
  const work = () => reachApi(cli).post<{ url: string; expires_at: string }>(`${userPath(email)}/actions/reset-password`);
  const made = await during(terminal, `Making a link for ${email}`, work);
  if (options.json) return terminal.printJson(made);
  terminal.print(made.url);
  terminal.warn(`Give it to ${email} in private: whoever has it sets the password. It is good once, for a day.`);
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
