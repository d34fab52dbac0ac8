// pg:backups, :info, :capture, :cancel, :delete: backups of databases.
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { reachApp } from '../../api/reach.js';
import { timeAndAge, whenCell } from '../../terminal/age.js';
import { during } from '../../terminal/progress.js';
import { fields, table, type Cell } from '../../terminal/table.js';
import { confirmed } from './confirmed.js';
import { registerContent } from './backup-content.js';
import { registerSchedules } from './backup-schedules.js';
import {
  databasePath,
  findDatabase,
  findTransfer,
  follow,
  isBackup,
  listTransfers,
  NO_BACKUPS,
  sizeText,
  transfersPath,
  type Given,
  type TransferResource,
} from './transfer.js';

type Capturing = AppOptions & { wait: boolean };

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'pg:backups', 'list the backups of the databases, and whether they can be restored').action(
    (options: AppOptions) => list(cli, options),
  );
  addAppCommand(program, 'pg:backups:info [backup]', 'show a backup or a restore, the newest without a name').action(
    (name: string | undefined, options: AppOptions) => info(cli, name, options),
  );
  addAppCommand(program, 'pg:backups:capture [database]', 'back a database up now')
    .option('--no-wait', 'begin it only')
    .action((database: string | undefined, options: Capturing) => capture(cli, database, options));
  addAppCommand(program, 'pg:backups:cancel [backup]', 'end a backup or a restore that is under way').action(
    (name: string | undefined, options: AppOptions) => cancel(cli, name, options),
  );
  addAppCommand(program, 'pg:backups:delete <backup>', 'delete a backup, for good')
    .option('-c, --confirm <app>', "the app's name, instead of being asked")
    .action((name: string, options: Given) => remove(cli, name, options));
  registerContent(program, cli);
  registerSchedules(program, cli);
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app } = await reachApp(cli, options);
  const all = await listTransfers(api, app);
  if (options.json) return terminal.printJson(all);
  if (all.length === 0) return terminal.print(NO_BACKUPS);
  const now = cli.now();
  const rows = all.map((each): Cell[] => [
    { text: each.name, isWhole: true },
    whenCell(each.created_at, now),
    isBackup(each) ? each.from_name : `into ${each.to_name}`,
    { text: each.state, isWhole: true },
    { text: sizeText(each.processed_bytes), isWhole: true },
    proofText(each) ?? '',
  ]);
  table(['Name', 'Created', 'Database', 'State', 'Size', 'Proof'], rows, terminal).forEach(terminal.print);
}

async function info(cli: Cli, name: string | undefined, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app } = await reachApp(cli, options);
  const found = await findTransfer(api, { app, name, fits: isBackup, none: NO_BACKUPS });
  const shown = await api.get<TransferResource>(`${transfersPath(found.app)}/${found.transfer.id}`);
  if (options.json) return terminal.printJson(shown);
  const now = cli.now();
  terminal.print(terminal.paint('bold', `=== ${shown.name}`));
  const facts = {
    Database: isBackup(shown) ? shown.from_name : shown.to_name,
    State: shown.state,
    Begun: shown.started_at === null ? undefined : timeAndAge(shown.started_at, now),
    Ended: shown.finished_at === null ? undefined : timeAndAge(shown.finished_at, now),
    'Asked for': isBackup(shown) ? (shown.schedule ? 'by the clock' : 'by hand') : undefined,
    [isBackup(shown) ? 'Database size' : 'Backup size']: sizeText(shown.source_bytes),
    Size: sizeText(shown.processed_bytes),
    Proof: proofText(shown),
  };
  fields(facts, terminal).forEach(terminal.print);
  for (const { created_at: at, message } of shown.logs) terminal.print(`${at} ${message}`);
}

/** `verified 2026-11-27, 41 tables, 5010 rows` */
function proofText({ proof }: TransferResource): string | undefined {
  const day = proof?.at?.slice(0, 10);
  if (proof?.state === 'verified') return `verified ${day}, ${proof.tables} tables, ${proof.rows} rows`;
  if (proof?.state === 'failed') return `can't be restored, tried ${day}: ${proof.reason}`;
  return proof ? 'to be verified' : undefined;
}

async function capture(cli: Cli, database: string | undefined, options: Capturing): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const addon = await findDatabase(api, app, database);
  const begun = await during(cli.terminal, `Starting a backup of ${addon.name}`, () =>
    api.post<TransferResource>(`${databasePath(addon)}/backups`),
  );
  const owner = addon.app.name;
  const last = options.wait
    ? await follow(cli, api, { app: owner, what: `Backing up ${begun.from_name} to ${begun.name}`, transfer: begun })
    : begun;
  if (options.json) return cli.terminal.printJson(last);
  cli.terminal.print(`Run paas pg:backups:info ${begun.name} --app ${owner} to see it.`);
}

async function cancel(cli: Cli, name: string | undefined, options: AppOptions): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const fits = ({ finished_at: end }: TransferResource) => end === null;
  const found = await findTransfer(api, { app, name, fits, none: 'No backup or restore is under way.' });
  const path = `${transfersPath(found.app)}/${found.transfer.id}/actions/cancel`;
  const ended = await during(cli.terminal, `Cancelling ${found.transfer.name}`, () => api.post<TransferResource>(path));
  if (options.json) cli.terminal.printJson(ended);
}

async function remove(cli: Cli, name: string, options: Given): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const found = await findTransfer(api, { app, name, fits: isBackup, none: NO_BACKUPS });
  await confirmed(cli, { app: found.app, given: options.confirm, what: `delete ${found.transfer.name} of ${found.app}` });
  const gone = await during(cli.terminal, `Deleting ${found.transfer.name} of ${found.app}`, () =>
    api.remove<TransferResource>(`${transfersPath(found.app)}/${found.transfer.id}`),
  );
  if (options.json) cli.terminal.printJson(gone);
}
