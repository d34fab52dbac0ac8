// deploy: uploads a directory and stays until it is built, released and up; its exit status tells scripts how it went.
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { CliError } from '../api/errors.js';
import { reachApp, type Reached } from '../api/reach.js';
import type { BuildResource, ReleaseResource } from '../api/resources.js';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { wholeNumber } from '../numbers.js';
import { copyStream } from '../terminal/copy-stream.js';
import { during } from '../terminal/progress.js';
import type { Packed } from './deploy/packed.js';
import { openSource } from './deploy/source.js';
import { untilUp } from './releases/releases-wait.js';

const POLL_MS = 500;
const WAIT_S = 3_600;

type DeployOptions = AppOptions & { uncommitted?: boolean; git?: string; timeout: number };

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'deploy [dir]', 'build and release a directory: its last commit, or its files where it is no git repository')
    .option('--uncommitted', 'the files as they are, committed or not, but for what .gitignore names')
    .option('--git <url>', 'a git repository elsewhere instead: URL, or URL#branch, #tag or #commit')
    .option('-t, --timeout <seconds>', 'how long to wait for the release to be up', wholeNumber, WAIT_S)
    .action((dir: string | undefined, options: DeployOptions) => deploy(cli, dir, options));
}

async function deploy(cli: Cli, given: string | undefined, options: DeployOptions): Promise<void> {
  const { terminal } = cli;
  if (options.git !== undefined && (given !== undefined || options.uncommitted))
    throw new CliError('Deploy a directory, or a repository elsewhere (--git), not both.');
  const dir = given ?? '.';
  const reached = await reachApp(cli, options);
  const blob = options.git === undefined ? await uploaded(cli, reached, { dir, ...options }) : repositoryOf(options.git);
  const build = await reached.api.post<BuildResource>(`${reached.path}/builds`, { source_blob: blob });
  const takeBack = cli.onInterrupt(() => reached.api.remove(`${reached.path}/builds/${build.id}`));
  const output = options.json ? { ...terminal, copy: () => Promise.resolve() } : terminal;
  await copyStream(reached.api, build.output_stream_url, output).catch((error: Error) => {
    terminal.warn(`The build's output broke off, the build goes on: ${error.message}`);
  });
  const ended = await untilBuilt(reached, build.id);
  takeBack();
  if (ended.status !== 'succeeded' || !ended.release) {
    throw new CliError(
      `The build ${ended.cancelled ? 'was cancelled' : 'failed'}: what ran before goes on.\n` +
        `Read it again with: paas builds:output ${build.id}`,
    );
  }
  const release = await reached.api.get<ReleaseResource>(`${reached.path}/releases/${ended.release.id}`);
  const wait = () => untilUp(reached, release, Date.now() + options.timeout * 1000);
  await during(terminal, `Waiting for v${release.version} of ${reached.app}`, wait, () => 'up');
  if (options.json) terminal.printJson(await untilBuilt(reached, build.id));
}

interface SourceBlob {
  url: string;
  version?: string | null;
  version_description?: string | undefined;
  git_ref?: string;
}

/** The directory's commit or files, once they are uploaded. */
async function uploaded(cli: Cli, reached: Reached, o: { dir: string; uncommitted?: boolean }): Promise<SourceBlob> {
  const place = { cwd: resolve(cli.cwd, o.dir), env: cli.env };
  const source = await openSource(place, { uncommitted: o.uncommitted ?? false, warn: cli.terminal.warn });
  const url = await upload(cli, reached, source);
  return { url, version: source.version, version_description: source.description?.slice(0, 200) };
}

/** `URL#ref`; without a ref what the repository itself shows first. */
function repositoryOf(text: string): SourceBlob {
  const at = text.indexOf('#');
  return at < 0 ? { url: text, git_ref: 'HEAD' } : { url: text.slice(0, at), git_ref: text.slice(at + 1) || 'HEAD' };
}

/** Uploads the archive; returns the URL by which a build reads it. */
async function upload(cli: Cli, { api, app }: Reached, { stream }: Packed): Promise<string> {
  const { source_blob: blob } = await api.post<{ source_blob: { get_url: string; put_url: string } }>('/sources');
  let bytes = 0;
  const counted = new PassThrough().on('data', (chunk: Buffer) => (bytes += chunk.length));
  stream.on('error', (error) => counted.destroy(error));
  const send = () => api.upload(blob.put_url, stream.pipe(counted));
  await during(cli.terminal, `Uploading the source of ${app}`, send, () => `done, ${amount(bytes)}`);
  return blob.get_url;
}

/** The stream of a build ends a moment before the build does. */
async function untilBuilt({ api, path }: Reached, id: string): Promise<BuildResource> {
  for (;;) {
    const build = await api.get<BuildResource>(`${path}/builds/${id}`);
    if (build.status !== 'pending') return build;
    await sleep(POLL_MS);
  }
}

function amount(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
