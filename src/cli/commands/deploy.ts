// deploy: uploads a directory and stays until it is built, released and up; its exit status tells scripts how it went.
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { CliError } from '../api/errors.js';
import { reachApp, type Reached } from '../api/reach.js';
import type { BuildResource } from '../api/resources.js';
import { addAppCommand, type AppOptions, type Cli } from '../command.js';
import { during } from '../terminal/progress.js';
import { followBuild, TIMEOUT } from './deploy/follow-build.js';
import type { Packed } from './deploy/packed.js';
import { openSource } from './deploy/source.js';

type DeployOptions = AppOptions & { uncommitted?: boolean; git?: string; timeout: number };

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'deploy [dir]', 'build and release a directory: its last commit, or its files where it is no git repository')
    .option('--uncommitted', 'the files as they are, committed or not, but for what .gitignore names')
    .option('--git <url>', 'a git repository elsewhere instead: URL, or URL#branch, #tag or #commit')
    .option(...TIMEOUT)
    .action((dir: string | undefined, options: DeployOptions) => deploy(cli, dir, options));
}

async function deploy(cli: Cli, given: string | undefined, options: DeployOptions): Promise<void> {
  if (options.git !== undefined && (given !== undefined || options.uncommitted))
    throw new CliError('Deploy a directory, or a repository elsewhere (--git), not both.');
  const dir = given ?? '.';
  const reached = await reachApp(cli, options);
  const blob = options.git === undefined ? await uploaded(cli, reached, { dir, ...options }) : repositoryOf(options.git);
  const build = await reached.api.post<BuildResource>(`${reached.path}/builds`, { source_blob: blob });
  await followBuild(cli, reached, build, options);
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

function amount(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
