// access, access:add, access:update, access:remove; apps:lock, apps:unlock, apps:join, apps:leave, apps:transfer.
import type { Command } from 'commander';
import { reachApi, reachApp } from '../../api/reach.js';
import type { Account, AppResource } from '../../api/resources.js';
import { addAppCommand, addCommand, type AppOptions, type Cli, type JsonOption } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { during } from '../../terminal/progress.js';
import { table } from '../../terminal/table.js';

interface CollaboratorResource {
  role: string;
  permissions: { name: string }[];
  user: { email: string };
}

interface TransferResource {
  id: string;
  app: { name: string };
  owner: { email: string };
  recipient: { email: string };
  state: string;
}

type Permitting = AppOptions & { permissions?: string };

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'access', 'list who works on an app').action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'access:add <email>', 'let a user work on an app')
    .option('-p, --permissions <list>', 'what they may do: view, deploy, operate, manage; all but manage without')
    .action((email: string, options: Permitting) => add(cli, email, options));
  addAppCommand(program, 'access:update <email>', 'say what somebody may do with an app')
    .requiredOption('-p, --permissions <list>', 'what they may do: view, deploy, operate, manage')
    .action((email: string, options: Permitting) => update(cli, email, options));
  addAppCommand(program, 'access:remove <email>', 'let a user work on an app no more').action((email: string, options: AppOptions) =>
    remove(cli, options, { email, what: `Removing ${email}` }),
  );
  addAppCommand(program, 'apps:lock', "let a team's members see an app only when they were let in").action((options: AppOptions) =>
    lock(cli, options, true),
  );
  addAppCommand(program, 'apps:unlock', "let all of a team's members see an app").action((options: AppOptions) =>
    lock(cli, options, false),
  );
  addAppCommand(program, 'apps:join', 'work on an app of your team').action((options: AppOptions) => join(cli, options));
  addAppCommand(program, 'apps:leave', 'work on an app no more').action(async (options: AppOptions) => {
    const { email } = await reachApi(cli).get<Account>('/account');
    await remove(cli, options, { email, what: 'Leaving' });
  });
  addAppCommand(program, 'apps:transfer <recipient>', 'give an app to a team by its name, or offer it to a user by their address').action(
    (recipient: string, options: AppOptions) => transfer(cli, recipient, options),
  );
  addCommand(program, 'apps:transfers', 'list the apps that you have offered, and were offered').action((options: JsonOption) =>
    listTransfers(cli, options),
  );
  addCommand(program, 'apps:transfers:accept <app>', 'take an app that you were offered').action((app: string, options: JsonOption) =>
    answer(cli, app, { state: 'accepted', what: 'Accepting' }, options),
  );
  addCommand(program, 'apps:transfers:decline <app>', 'leave an app that you were offered, or take your offer back').action(
    (app: string, options: JsonOption) => answer(cli, app, { state: 'declined', what: 'Declining' }, options),
  );
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const all = await api.get<CollaboratorResource[]>(`${path}/collaborators`);
  if (options.json) return cli.terminal.printJson(all);
  const rows = all
    .map(({ user, role, permissions }) => [user.email, role, permissions.map(({ name }) => name).join(', ')])
    .toSorted(([a = ''], [b = '']) => a.localeCompare(b));
  table(['Email', 'Role', 'Permissions'], rows, cli.terminal).forEach(cli.terminal.print);
}

async function add(cli: Cli, email: string, options: Permitting): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const body = { user: email, ...(options.permissions !== undefined && { permissions: split(options.permissions) }) };
  const work = () => api.post<CollaboratorResource>(`${path}/collaborators`, body);
  const added = await during(cli.terminal, `Adding ${email} to ${app}`, work, ({ permissions }) => `done, ${told(permissions)}`);
  if (options.json) cli.terminal.printJson(added);
}

async function update(cli: Cli, email: string, options: Permitting): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const body = { permissions: split(options.permissions ?? '') };
  const work = () => api.patch<CollaboratorResource>(`${path}/collaborators/${encodeURIComponent(email)}`, body);
  const changed = await during(cli.terminal, `Updating ${email} on ${app}`, work, ({ permissions }) => `done, ${told(permissions)}`);
  if (options.json) cli.terminal.printJson(changed);
}

async function remove(cli: Cli, options: AppOptions, { email, what }: { email: string; what: string }): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.remove<CollaboratorResource>(`${path}/collaborators/${encodeURIComponent(email)}`);
  const gone = await during(cli.terminal, what === 'Leaving' ? `Leaving ${app}` : `${what} from ${app}`, work);
  if (options.json) cli.terminal.printJson(gone);
}

async function lock(cli: Cli, options: AppOptions, locked: boolean): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.patch<AppResource>(`/teams${path}`, { locked });
  const changed = await during(cli.terminal, `${locked ? 'Locking' : 'Unlocking'} ${app}`, work);
  if (options.json) cli.terminal.printJson(changed);
}

async function join(cli: Cli, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const { email } = await api.get<Account>('/account');
  const joined = await during(cli.terminal, `Joining ${app}`, () =>
    api.post<CollaboratorResource>(`/teams${path}/collaborators`, { user: email }),
  );
  if (options.json) cli.terminal.printJson(joined);
}

async function transfer(cli: Cli, recipient: string, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const what = `Transferring ${app} to ${recipient}`;
  const { team } = await api.get<AppResource & { team: object | null }>(path);
  if (!recipient.includes('@') || team !== null) {
    const given = await during(terminal, what, () => api.patch<AppResource>(`/teams${path}`, { owner: recipient }));
    return options.json ? terminal.printJson(given) : undefined;
  }
  const work = () => api.post<TransferResource>('/account/app-transfers', { app, recipient });
  const made = await during(terminal, what, work, ({ state }) => (state === 'pending' ? 'offered' : 'done'));
  if (options.json) return terminal.printJson(made);
  if (made.state === 'pending') terminal.warn(`${recipient} takes it with: paas apps:transfers:accept ${app}`);
}

async function listTransfers(cli: Cli, options: JsonOption): Promise<void> {
  const all = await reachApi(cli).get<TransferResource[]>('/account/app-transfers');
  if (options.json) return cli.terminal.printJson(all);
  if (all.length === 0) return cli.terminal.print('No app was offered.');
  const rows = all.map(({ app, owner, recipient, state }) => [app.name, owner.email, recipient.email, state]);
  table(['App', 'From', 'To', 'State'], rows, cli.terminal).forEach(cli.terminal.print);
}

async function answer(cli: Cli, app: string, { state, what }: { state: string; what: string }, options: JsonOption): Promise<void> {
  const api = reachApi(cli);
  const [all, { email }] = await Promise.all([api.get<TransferResource[]>('/account/app-transfers'), api.get<Account>('/account')]);
  const open = all.find((each) => each.state === 'pending' && each.app.name === app);
  if (!open) throw new CliError(`No offer of ${app} is open. See them with: paas apps:transfers`);
  const path = `/account/app-transfers/${open.id}`;
  const isMine = open.recipient.email === email;
  const work = () => (isMine ? api.patch<TransferResource>(path, { state }) : api.remove<TransferResource>(path));
  if (!isMine && state === 'accepted') throw new CliError(`${app} is offered to ${open.recipient.email}, not to you.`);
  const ended = await during(cli.terminal, `${what} ${app}`, work);
  if (options.json) cli.terminal.printJson(ended);
}

function split(list: string): string[] {
  return list
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function told(permissions: { name: string }[]): string {
  return permissions.map(({ name }) => name).join(', ');
}
