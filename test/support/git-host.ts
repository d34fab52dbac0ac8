// A git host of the test's own: git's HTTP server behind TLS and a password, which can also misbehave.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { aCertificate } from './certificates.js';

/** How it treats a request: as git would, or not. */
export type Manners = 'good' | 'silent' | 'broken' | { to: string };

export interface GitHost {
  /** `https://127.0.0.1:port` */
  url: string;
  /** Who vouches for it, as a file for GIT_SSL_CAINFO. */
  caFile: string;
  /** Requests so far: `GET /app.git/info/refs?service=git-upload-pack Basic …`. */
  heard: string[];
  manners: Manners;
  /** Answers that aren't git's: true where it has answered. */
  api: ((req: IncomingMessage, res: ServerResponse) => boolean) | null;
  /** A repository with one commit; it can be asked for with the login only. */
  repository(name: string, files: Record<string, string>): Promise<HostedRepository>;
  stop(): Promise<void>;
}

export interface HostedRepository {
  url: string;
  /** Its first commit. */
  commit: string;
  git(...args: string[]): Promise<string>;
  /** Commits files to a branch, and pushes it; returns the commit. */
  push(files: Record<string, string>, o?: { subject?: string; branch?: string; force?: boolean }): Promise<string>;
}

export const HOST_LOGIN = 'robot:s3cret token';
/** Taken with any name, as hosts take tokens. */
export const HOST_TOKEN = 's3cret token';
const AUTHOR = ['-c', 'user.name=Ada L', '-c', 'user.email=ada@example.com', '-c', 'protocol.file.allow=always'];

export async function startGitHost(o: { isPlain?: boolean } = {}): Promise<GitHost> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-git-host-'));
  const { chain, key, ca } = await aCertificate(['localhost', '127.0.0.1']);
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, ca);
  const answer = (req: IncomingMessage, res: ServerResponse) => {
    host.heard.push(`${req.method} ${req.url} ${req.headers.authorization ?? ''}`.trim());
    const { manners } = host;
    if (manners === 'silent') return;
    if (manners === 'broken') return void res.writeHead(500).end('broken');
    if (typeof manners === 'object') return void res.writeHead(302, { location: manners.to + (req.url ?? '') }).end();
    if (host.api?.(req, res)) return;
    if (!hasToken(req)) return void res.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    passToGit(dir, req, res);
  };
  const server = o.isPlain ? createPlain(answer) : createSecure({ cert: chain, key }, answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const host: GitHost = {
    url: `${o.isPlain ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caFile,
    heard: [],
    manners: 'good',
    api: null,
    async repository(name, files) {
      const bare = join(dir, `${name}.git`);
      const tree = join(dir, `${name}.tree`);
      mkdirSync(tree);
      const git = async (...args: string[]) => (await promisify(execFile)('git', [...AUTHOR, ...args], { cwd: tree })).stdout.trim();
      execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
      execFileSync('git', ['-C', bare, 'config', 'receive.denyDeleteCurrent', 'ignore']);
      await git('init', '--quiet', '--initial-branch=main');
      await git('remote', 'add', 'origin', bare);
      const push: HostedRepository['push'] = async (changed, { subject = 'A change', branch = 'main', force = false } = {}) => {
        writeTree(tree, changed);
        await git('add', '-A');
        await git('commit', '--quiet', '--allow-empty', '-m', subject);
        await git('push', '--quiet', ...(force ? ['--force'] : []), 'origin', `HEAD:refs/heads/${branch}`);
        return git('rev-parse', 'HEAD');
      };
      return { url: `${host.url}/${name}.git`, commit: await push(files, { subject: 'First' }), git, push };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return host;
}

function hasToken({ headers }: IncomingMessage): boolean {
  const login = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
  return login.slice(login.indexOf(':') + 1) === HOST_TOKEN;
}

/** Answers a request by git's own HTTP server, a CGI program. */
export function passToGit(dir: string, req: IncomingMessage, res: ServerResponse): void {
  const program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const url = new URL(req.url ?? '/', 'http://x');
  const variables = {
    GIT_PROJECT_ROOT: dir,
    GIT_HTTP_EXPORT_ALL: '1',
    REMOTE_USER: 'jane',
    REQUEST_METHOD: req.method,
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: req.headers['content-type'],
    HTTP_CONTENT_ENCODING: req.headers['content-encoding'],
    GIT_PROTOCOL: req.headers['git-protocol'] as string | undefined,
  };
  const cgi = spawn(program, { env: { ...process.env, ...variables }, stdio: ['pipe', 'pipe', 'inherit'] });
  cgi.stdin.on('error', () => undefined);
  req.pipe(cgi.stdin);
  cgi.stdout.once('data', (chunk: Buffer) => {
    const end = chunk.indexOf('\r\n\r\n');
    for (const line of chunk.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') res.statusCode = Number.parseInt(value, 10);
      else res.setHeader(name, value);
    }
    res.write(chunk.subarray(end + 4));
    cgi.stdout.pipe(res);
  });
}

function writeTree(tree: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}
