// access:log: who changed what.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { reachApi, reachApp } from '../../api/reach.js';
import { wholeNumber } from '../../numbers.js';
import { whenCell } from '../../terminal/age.js';
import { table } from '../../terminal/table.js';

interface EventResource {
  action: string;
  actor: { email: string } | null;
  address: string | null;
  authorization: { id: string } | null;
  changes: ChangeResource[];
  created_at: string;
  target: string;
  via: string;
}

interface ChangeResource {
  noun: string;
  action: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

type LogOptions = AppOptions & { num: number; all?: boolean };

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'access:log', 'list who changed what of an app, newest first')
    .option('-n, --num <count>', 'how many to show', wholeNumber, 30)
    .option('-A, --all', 'list what was changed of all (admin)')
    .action((options: LogOptions) => list(cli, options));
}

async function list(cli: Cli, options: LogOptions): Promise<void> {
  const { terminal } = cli;
  const { api, path } = options.all ? { api: reachApi(cli), path: '' } : await reachApp(cli, options);
  const events = await api.get<EventResource[]>(`${path}/events`, { range: `created_at ..; max=${options.num}, order=desc` });
  if (options.json) return terminal.printJson(events);
  if (events.length === 0) return terminal.print('Nobody has changed anything.');
  const rows = events.map((event) => [
    whenCell(event.created_at, cli.now()),
    event.actor?.email ?? event.via,
    event.address ?? event.via,
    `${event.action.split(' ')[0]} ${event.target}`,
    event.changes.map(describe).join('; '),
  ]);
  table(['When', 'Who', 'From', 'What', 'Changed'], rows, terminal).forEach(terminal.print);
}

/** `apps.maintenance false → true`, `releases: Set KEY config vars` */
function describe({ noun, action, before, after }: ChangeResource): string {
  if (action === 'update')
    return Object.keys(after)
      .map((name) => `${noun}.${name} ${short(before[name])} → ${short(after[name])}`)
      .join(', ');
  const row = action === 'create' ? after : before;
  const name = row['description'] ?? row['hostname'] ?? row['name'] ?? row['email'] ?? row['url'] ?? row['type'];
  return `${action} ${noun}${name === undefined || name === null ? '' : ` ${short(name)}`}`;
}

function short(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
