// clients, clients:create, :info, :update, :rotate, :destroy: programs that ask people to let them act for them.
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { reachApi } from '../../api/reach.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { findByPrefix, idCells, isPrefix } from '../../terminal/short-id.js';
import { fields, table } from '../../terminal/table.js';

interface ClientResource {
  id: string;
  name: string;
  redirect_uri: string;
  secret: string;
  created_at: string;
}

interface ShellOption extends JsonOption {
  shell?: boolean;
}

interface Changes extends JsonOption {
  name?: string;
  url?: string;
}

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'clients', 'list the OAuth clients that you registered').action((options: JsonOption) => list(cli, options));
  addCommand(program, 'clients:create <name> <redirect-uri>', 'register an OAuth client; its secret is shown once')
    .option('-s, --shell', 'print id and secret as shell variables')
    .action((name: string, uri: string, options: ShellOption) => create(cli, { name, redirect_uri: uri }, options));
  addCommand(program, 'clients:info <id>', 'show an OAuth client of yours').action((id: string, options: JsonOption) =>
    info(cli, id, options),
  );
  addCommand(program, 'clients:update <id>', 'change an OAuth client of yours')
    .option('-n, --name <name>', 'what people are told that asks')
    .option('-u, --url <uri>', 'where browsers are sent back to')
    .action((id: string, options: Changes) => update(cli, id, options));
  addCommand(program, 'clients:rotate <id>', 'put another secret in place of one; it is shown once')
    .option('-s, --shell', 'print id and secret as shell variables')
    .action((id: string, options: ShellOption) => rotate(cli, id, options));
  addCommand(program, 'clients:destroy <id>', 'remove an OAuth client, with every token that it was given').action(
    (id: string, options: JsonOption) => destroy(cli, id, options),
  );
}

async function list(cli: Cli, options: JsonOption): Promise<void> {
  const { terminal } = cli;
  const clients = await reachApi(cli).get<ClientResource[]>('/oauth/clients');
  if (options.json) return terminal.printJson(clients);
  if (clients.length === 0) return terminal.print('No OAuth clients.');
  const ids = idCells(
    clients.map(({ id }) => id),
    terminal.columns,
  );
  const rows = clients.map(({ name, redirect_uri: uri }, at) => [name, ids[at]!, uri]);
  table(['Name', 'ID', 'Redirect URI'], rows, terminal).forEach(terminal.print);
}

async function create(cli: Cli, wish: { name: string; redirect_uri: string }, options: ShellOption): Promise<void> {
  const work = () => reachApi(cli).post<ClientResource>('/oauth/clients', wish);
  showSecret(cli, await during(cli.terminal, `Creating ${wish.name}`, work), options);
}

async function info(cli: Cli, ref: string, options: JsonOption): Promise<void> {
  const client = await reachApi(cli).get<ClientResource>(await pathOf(cli, ref));
  if (options.json) return cli.terminal.printJson(client);
  show(cli, client);
}

async function update(cli: Cli, ref: string, { name, url, json }: Changes): Promise<void> {
  if (name === undefined && url === undefined) throw new CliError('Nothing to change: give --name or --url.');
  const path = await pathOf(cli, ref);
  const work = () => reachApi(cli).patch<ClientResource>(path, { name, redirect_uri: url });
  const changed = await during(cli.terminal, 'Updating OAuth client', work);
  if (json) cli.terminal.printJson(changed);
}

async function rotate(cli: Cli, ref: string, options: ShellOption): Promise<void> {
  const path = await pathOf(cli, ref);
  const work = () => reachApi(cli).post<ClientResource>(`${path}/actions/rotate-credentials`);
  showSecret(cli, await during(cli.terminal, 'Rotating the secret', work), options);
}

async function destroy(cli: Cli, ref: string, options: JsonOption): Promise<void> {
  const path = await pathOf(cli, ref);
  const gone = await during(cli.terminal, 'Destroying OAuth client', () => reachApi(cli).remove<ClientResource>(path));
  if (options.json) cli.terminal.printJson(gone);
}

function showSecret(cli: Cli, client: ClientResource, { json, shell }: ShellOption): void {
  if (json) return cli.terminal.printJson(client);
  if (!shell) return show(cli, client);
  cli.terminal.print(`HEROKU_OAUTH_ID=${client.id}`);
  cli.terminal.print(`HEROKU_OAUTH_SECRET=${client.secret}`);
}

function show({ terminal }: Cli, { id, name, redirect_uri: uri, secret, created_at: created }: ClientResource): void {
  fields({ ID: id, Name: name, 'Redirect URI': uri, Secret: secret, Created: created }, terminal).forEach(terminal.print);
}

/** By the whole id, or its beginning. */
async function pathOf(cli: Cli, ref: string): Promise<string> {
  const own = () => reachApi(cli).get<ClientResource[]>('/oauth/clients');
  const id = isPrefix(ref) ? findByPrefix(await own(), ref, 'OAuth client').id : ref;
  return `/oauth/clients/${encodeURIComponent(id)}`;
}
