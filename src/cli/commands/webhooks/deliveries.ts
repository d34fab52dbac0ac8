// webhooks:deliveries, webhooks:deliveries:info, webhooks:events, webhooks:events:info.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { wholeNumber } from '../../numbers.js';
import { reachApp } from '../../api/reach.js';
import { whenCell } from '../../terminal/age.js';
import { findByPrefix, idCells, isPrefix } from '../../terminal/short-id.js';
import { fields, table } from '../../terminal/table.js';

interface DeliveryResource {
  id: string;
  created_at: string;
  event: { id: string; include: string };
  last_attempt: { code: number | null; error_class: string | null } | null;
  next_attempt_at: string | null;
  num_attempts: number;
  status: string;
  webhook: { id: string; level: string };
}

interface EventResource {
  id: string;
  created_at: string;
  payload: { resource: string; action: string; actor: { email: string } };
}

type Counted = AppOptions & { num: number };

export function registerDeliveries(program: Command, cli: Cli): void {
  addAppCommand(program, 'webhooks:deliveries', 'list how webhooks were told, newest first')
    .option('-n, --num <count>', 'how many to show', wholeNumber, 30)
    .option('-s, --status <status>', 'those only: pending, retrying, failed, succeeded')
    .action((options: Counted & { status?: string }) => deliveries(cli, options));
  addAppCommand(program, 'webhooks:deliveries:info <delivery>', 'show how a webhook was told, and what').action(
    (id: string, options: AppOptions) => delivery(cli, id, options),
  );
  addAppCommand(program, 'webhooks:events', 'list what webhooks are told of, newest first')
    .option('-n, --num <count>', 'how many to show', wholeNumber, 30)
    .action((options: Counted) => events(cli, options));
  addAppCommand(program, 'webhooks:events:info <event>', 'show what webhooks are told of').action((id: string, options: AppOptions) =>
    event(cli, id, options),
  );
}

async function deliveries(cli: Cli, options: Counted & { status?: string }): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const query = options.status === undefined ? '' : `?eq[status]=${encodeURIComponent(options.status)}`;
  const all = await api.get<DeliveryResource[]>(`${path}/webhook-deliveries${query}`, newest(options.num));
  if (options.json) return terminal.printJson(all);
  if (all.length === 0) return terminal.print(`${app} has no deliveries.`);
  const ids = idCells(
    all.map(({ id }) => id),
    terminal.columns,
  );
  const rows = all.map((each, at) => [
    ids[at]!,
    whenCell(each.created_at, cli.now()),
    each.status,
    each.event.include,
    String(each.num_attempts),
    answerOf(each) ?? '',
  ]);
  table(['Delivery', 'Created', 'Status', 'Include', 'Attempts', 'Answer'], rows, terminal).forEach(terminal.print);
}

async function delivery(cli: Cli, ref: string, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, path } = await reachApp(cli, options);
  const found = isPrefix(ref)
    ? findByPrefix(await api.get<DeliveryResource[]>(`${path}/webhook-deliveries`, newest(1_000)), ref, 'delivery')
    : await api.get<DeliveryResource>(`${path}/webhook-deliveries/${encodeURIComponent(ref)}`);
  if (options.json) return terminal.printJson(found);
  const told = await api.get<EventResource>(`${path}/webhook-events/${found.event.id}`);
  terminal.print(terminal.paint('bold', `=== ${found.id}`));
  const facts = {
    Created: found.created_at,
    Webhook: found.webhook.id,
    Event: `${found.event.include} (${found.event.id})`,
    Level: found.webhook.level,
    Status: found.status,
    Attempts: String(found.num_attempts),
    Answer: answerOf(found),
    'Next attempt': found.next_attempt_at,
  };
  fields(facts, terminal).forEach(terminal.print);
  terminal.print(terminal.paint('bold', '=== Event Payload'));
  terminal.printJson(told.payload);
}

async function events(cli: Cli, options: Counted): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const all = await api.get<EventResource[]>(`${path}/webhook-events`, newest(options.num));
  if (options.json) return terminal.printJson(all);
  if (all.length === 0) return terminal.print(`${app} has no events.`);
  const ids = idCells(
    all.map(({ id }) => id),
    terminal.columns,
  );
  const rows = all.map(({ created_at: at, payload }, index) => [
    ids[index]!,
    whenCell(at, cli.now()),
    payload.resource,
    payload.action,
    payload.actor.email,
  ]);
  table(['Event', 'Created', 'Resource', 'Action', 'By'], rows, terminal).forEach(terminal.print);
}

async function event(cli: Cli, ref: string, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const found = isPrefix(ref)
    ? findByPrefix(await api.get<EventResource[]>(`${path}/webhook-events`, newest(1_000)), ref, 'event')
    : await api.get<EventResource>(`${path}/webhook-events/${encodeURIComponent(ref)}`);
  cli.terminal.printJson(options.json ? found : found.payload);
}

function answerOf({ last_attempt: last }: DeliveryResource): string | null {
  return last === null ? null : last.code === null ? last.error_class : String(last.code);
}

function newest(count: number): { range: string } {
  return { range: `seq ..; max=${count}, order=desc` };
}
