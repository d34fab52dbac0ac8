// pg:backups:url, :download, :restore: what is in a backup, and where it goes.
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { reachApp } from '../../api/reach.js';
import type { Api } from '../../api/api.js';
import { during } from '../../terminal/progress.js';
import { confirmed } from './confirmed.js';
import {
  databasePath,
  findDatabase,
  findTransfer,
  follow,
  isWhole,
  NO_BACKUPS,
  sizeText,
  transfersPath,
  type Given,
  type TransferResource,
} from './transfer.js';

interface SignedUrl {
  url: string;
  expires_at: string;
}

export function registerContent(program: Command, cli: Cli): void {
  addAppCommand(program, 'pg:backups:url [backup]', 'print a URL by which whoever has it can download a backup for an hour').action(
    (name: string | undefined, options: AppOptions) => url(cli, name, options),
  );
  addAppCommand(program, 'pg:backups:download [backup]', 'download a backup, for pg_restore')
    .option('-o, --output <file>', 'where to; the name of app and backup without it')
    .action((name: string | undefined, options: AppOptions & { output?: string }) => download(cli, name, options));
  addAppCommand(program, 'pg:backups:restore [backup] [database]', 'put a backup (b001, shop::b001, a URL) in the place of what is there')
    .option('-c, --confirm <app>', "the app's name, instead of being asked")
    .action((source: string | undefined, database: string | undefined, options: Given) => restore(cli, { source, database }, options));
}

async function url(cli: Cli, name: string | undefined, options: AppOptions): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const { signed } = await signedUrl(api, { app, name });
  if (options.json) cli.terminal.printJson(signed);
  else cli.terminal.print(signed.url);
}

async function signedUrl(api: Api, o: { app: string; name: string | undefined }) {
  const { app, transfer } = await findTransfer(api, { ...o, fits: isWhole, none: NO_BACKUPS });
  const signed = await api.post<SignedUrl>(`${transfersPath(app)}/${transfer.id}/actions/public-url`);
  return { app, transfer, signed };
}

/** What breaks off leaves nothing behind. */
async function download(cli: Cli, name: string | undefined, options: AppOptions & { output?: string }): Promise<void> {
  const { api, app: own } = await reachApp(cli, options);
  const { app, transfer, signed } = await signedUrl(api, { app: own, name });
  const file = options.output ?? `${app}-${transfer.name}.dump`;
  const partial = `${file}.partial`;
  const work = async () => {
    const out = createWriteStream(partial, { mode: 0o600 });
    try {
      await pipeline(await api.stream(signed.url), out);
      if (out.bytesWritten !== transfer.processed_bytes) throw new CliError(`It broke off after ${sizeText(out.bytesWritten)}. Try again.`);
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  };
  await during(
    cli.terminal,
    `Downloading ${transfer.name} of ${app} to ${file}`,
    work,
    () => `done, ${sizeText(transfer.processed_bytes)}`,
  );
}

async function restore(cli: Cli, given: { source: string | undefined; database: string | undefined }, options: Given): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const addon = await findDatabase(api, app, given.database);
  const isUrl = /^https?:\/\//.test(given.source ?? '');
  const found = isUrl ? null : await findTransfer(api, { app, name: given.source, fits: isWhole, none: NO_BACKUPS });
  if (found && found.transfer.to_url === null)
    throw new CliError(`${found.transfer.name} of ${found.app} holds no backup: it is ${found.transfer.state}.`);
  const source = found ? `${found.transfer.name} of ${found.app}` : new URL(given.source ?? '').host;
  const what = `put ${source} in the place of all that ${addon.name} holds; what was written since is lost`;
  await confirmed(cli, { app, given: options.confirm, what });
  const backup = found?.transfer.to_url ?? given.source;
  const begun = await during(cli.terminal, `Starting a restore of ${source} to ${addon.name}`, () =>
    api.post<TransferResource>(`${databasePath(addon)}/restores`, { backup_url: backup }),
  );
  const ended = await follow(cli, api, { app: addon.app.name, what: `Restoring ${source}`, transfer: begun });
  if (options.json) cli.terminal.printJson(ended);
}
