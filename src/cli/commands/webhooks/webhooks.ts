// webhooks, webhooks:add, :info, :update, :remove. What they were told is in deliveries.ts.
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { reachApp, type Reached } from '../../api/reach.js';
import { during } from '../../terminal/progress.js';
import { findByPrefix, idCells, isPrefix } from '../../terminal/short-id.js';
import { fields, table } from '../../terminal/table.js';
import { registerDeliveries } from './deliveries.js';

interface WebhookResource {
  id: string;
  url: string;
  include: string[];
  level: string;
  created_at: string;
}

interface Wishes extends AppOptions {
  url?: string;
  include?: string[];
  level?: string;
  secret?: string;
  authorization?: string;
}

const words = (text: string) => text.split(',').map((each) => each.trim());

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'webhooks', 'list who is told of what happens to an app').action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'webhooks:add', 'have a URL told of what happens to an app')
    .requiredOption('-u, --url <url>', 'where to tell')
    .requiredOption('-i, --include <what>', 'what to tell of, by comma: api:release, api:build, dyno…', words)
    .option('-l, --level <level>', 'notify: once; sync: until it answers with a success', 'sync')
    .option('-s, --secret <secret>', 'what is told is signed with it; without one it gets one')
    .option('-t, --authorization <header>', 'what its Authorization header is to hold')
    .action((options: Wishes) => add(cli, options));
  addAppCommand(program, 'webhooks:info <webhook>', 'show a webhook').action((id: string, options: AppOptions) => info(cli, id, options));
  addAppCommand(program, 'webhooks:update <webhook>', 'change a webhook')
    .option('-u, --url <url>', 'where to tell')
    .option('-i, --include <what>', 'what to tell of, by comma', words)
    .option('-l, --level <level>', 'notify or sync')
    .option('-s, --secret <secret>', 'another secret')
    .option('-t, --authorization <header>', 'what its Authorization header is to hold')
    .action((id: string, options: Wishes) => update(cli, id, options));
  addAppCommand(program, 'webhooks:remove <webhook>', 'tell a webhook no more').action((id: string, options: AppOptions) =>
    remove(cli, id, options),
  );
  registerDeliveries(program, cli);
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const webhooks = await api.get<WebhookResource[]>(`${path}/webhooks`);
  if (options.json) return terminal.printJson(webhooks);
  if (webhooks.length === 0) return terminal.print(`${app} has no webhooks.\nAdd one with: paas webhooks:add`);
  const ids = idCells(
    webhooks.map(({ id }) => id),
    terminal.columns,
  );
  const rows = webhooks.map(({ url, include, level }, at) => [ids[at]!, url, include.join(','), level]);
  table(['Webhook', 'URL', 'Include', 'Level'], rows, terminal).forEach(terminal.print);
}

async function add(cli: Cli, options: Wishes): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const secret = options.secret ?? randomBytes(30).toString('hex');
  const work = () => api.post<WebhookResource>(`${path}/webhooks`, { ...wishOf(options), secret });
  const made = await during(terminal, `Adding webhook to ${app}`, work);
  if (options.json) return terminal.printJson({ ...made, secret });
  terminal.print(terminal.paint('bold', '=== Webhooks Signing Secret'));
  terminal.print(secret);
}

async function info(cli: Cli, ref: string, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const webhook = await find(await reachApp(cli, options), ref);
  if (options.json) return terminal.printJson(webhook);
  const { id, url, include, level, created_at: created } = webhook;
  terminal.print(terminal.paint('bold', `=== ${id}`));
  fields({ URL: url, Include: include.join(','), Level: level, Added: created }, terminal).forEach(terminal.print);
}

async function update(cli: Cli, ref: string, options: Wishes): Promise<void> {
  const reached = await reachApp(cli, options);
  const { id } = await find(reached, ref);
  const work = () => reached.api.patch<WebhookResource>(`${reached.path}/webhooks/${id}`, wishOf(options));
  const changed = await during(cli.terminal, `Updating webhook ${id} for ${reached.app}`, work);
  if (options.json) cli.terminal.printJson(changed);
}

async function remove(cli: Cli, ref: string, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const { id } = await find(reached, ref);
  const work = () => reached.api.remove<WebhookResource>(`${reached.path}/webhooks/${id}`);
  const gone = await during(cli.terminal, `Removing webhook ${id} from ${reached.app}`, work);
  if (options.json) cli.terminal.printJson(gone);
}

function wishOf({ url, include, level, secret, authorization }: Wishes): object {
  return { url, include, level, secret, authorization };
}

async function find({ api, path }: Reached, ref: string): Promise<WebhookResource> {
  if (!isPrefix(ref)) return api.get<WebhookResource>(`${path}/webhooks/${encodeURIComponent(ref)}`);
  return findByPrefix(await api.get<WebhookResource[]>(`${path}/webhooks`), ref, 'webhook');
}
