// git as a child that can do no more than fetch: no settings, keys or hooks of the machine, only where the guard lets it.
import { parseUrl } from '../lib/net/parse-url.js';
import { spawn } from 'node:child_process';
import { unescaped } from '../lib/net/unescaped.js';
import { withoutPassword } from '../lib/without-password.js';
import { sshServer, type SshLogin } from '../model/git/ssh-url.js';
import { timeLimit } from '../lib/async/time-limit.js';
import { FetchFault, type FetchProblem } from './fetch-fault.js';
import type { FetchGuard } from './fetch-guard.js';
import { openGuardedProxy, type GuardedProxy } from './guarded-proxy.js';
import { openSshSession } from './ssh/session.js';

export interface FetchSettings {
  /** Where fetched buildpacks are kept, as `<url's digest>-<commit>.tar`. */
  cacheDir: string;
  tempDir: string;
  timeoutMs: number;
  /** The largest file that git may write, and so the largest pack that it takes; 256 where nothing is said. */
  maxMb?: number;
  /** Whether file:// URLs may be fetched: only where every user may read what the builder may. */
  allowsFiles: boolean;
  guard: FetchGuard;
  /** What opens repositories of one server by ssh. */
  ssh?: SshLogin | undefined;
}

/**
 * Runs git to its end, in `cwd` or a temporary directory; returns what it wrote, unless that is heard as it comes. Throws
 * FetchFault with its reason, or what `hear` throws.
 */
export type Git = (args: string[], cwd?: string, hear?: (bytes: Buffer) => void) => Promise<string>;

const MAX_MB = 256;
/** What a few bytes of a repository stand for may ask for any memory. */
const MEMORY_KB = 1024 * 1024;
const MAX_OUTPUT = 16 * 1024 * 1024;
const PROXIED = /^(https?|all)_proxy$/i;

/** Gives `work` a git that ends with the signal, or when `timeoutMs` are over. Throws FetchFault for URLs that git may not have. */
export async function withGit<T>(o: FetchSettings, url: string, signal: AbortSignal, work: (git: Git) => Promise<T>): Promise<T> {
  checkUrl(o, url);
  if (sshServer(url) !== null) return withSsh(o, url, signal, work);
  const login = takeLogin(url);
  const limit = timeLimit(signal, o.timeoutMs);
  // Where the operator's own proxy is the way out, it decides what may be reached.
  const proxy = Object.keys(process.env).some((key) => PROXIED.test(key)) ? null : await openGuardedProxy(o.guard);
  try {
    const plain = (args: string[]) => args.map((arg) => (arg === url ? login.url : arg));
    return await work((args, cwd, hear) => spawnGit(o, plain(args), { cwd, hear, signal: limit.signal, proxy, login }));
  } catch (error) {
    throw proxy?.refused() ?? error;
  } finally {
    limit.clear();
    proxy?.close();
  }
}

async function withSsh<T>(o: FetchSettings, url: string, signal: AbortSignal, work: (git: Git) => Promise<T>): Promise<T> {
  const session = await openSshSession(o, url, o.ssh!);
  const limit = timeLimit(signal, o.timeoutMs);
  const login = { url: session.url, settings: [], env: session.env };
  try {
    const plain = (args: string[]) => args.map((arg) => (arg === url ? login.url : arg));
    return await work((args, cwd, hear) => spawnGit(o, plain(args), { cwd, hear, signal: limit.signal, proxy: null, login }));
  } catch (error) {
    throw session.fault() ?? error;
  } finally {
    limit.clear();
    await session.close();
  }
}

function checkUrl(o: FetchSettings, url: string): void {
  if (/^(https?):\/\//.test(url) || (o.allowsFiles && url.startsWith('file://'))) return;
  if (o.ssh && sshServer(url) === o.ssh.server) return;
  const scheme = /^(\w+):\/\//.exec(url)?.[1] ?? 'ssh';
  throw new FetchFault(
    'refused',
    `${scheme === 'ssh' ? 'the platform has no ssh key for it' : `${scheme}:// URLs are not allowed here`}; use its https:// URL`,
  );
}

interface Login {
  /** Without name and password: every process of the machine sees what a command is given. */
  url: string;
  /** What git is told to ask for them, at this URL's server only. */
  settings: string[];
  env: Record<string, string>;
}

/** Takes name and password out of a URL. Throws FetchFault when they can't be. */
function takeLogin(url: string): Login {
  if (withoutPassword(url) === url) return { url, settings: [], env: {} };
  const parsed = parseUrl(url);
  const [name = '', password = ''] = [parsed?.username, parsed?.password].map((part) => unescaped(part ?? ''));
  if (!parsed || [...name, ...password].some((character) => character < ' ')) {
    throw new FetchFault('refused', 'the name and password in its URL make no sense; write special characters as %40 and the like');
  }
  const helper = '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$SLIPWAY_GIT_NAME" "$SLIPWAY_GIT_PASSWORD"; }; f';
  const env = { SLIPWAY_GIT_NAME: name, SLIPWAY_GIT_PASSWORD: password };
  return { url: withoutPassword(url), settings: [`credential.${parsed.origin}.helper=${helper}`], env };
}

interface Run {
  cwd: string | undefined;
  hear: ((bytes: Buffer) => void) | undefined;
  signal: AbortSignal;
  proxy: GuardedProxy | null;
  login: Login;
}

function spawnGit(o: FetchSettings, args: string[], { cwd, hear, signal, proxy, login }: Run): Promise<string> {
  return new Promise((resolve, reject) => {
    const ours = ['core.hooksPath=/dev/null', 'fetch.fsckObjects=true', ...(proxy ? [`http.proxy=${proxy.url}`] : [])];
    const settings = [...ours, ...login.settings].flatMap((setting) => ['-c', setting]);
    const maxMb = o.maxMb ?? MAX_MB;
    // POSIX counts blocks of 512 bytes.
    const limited = ['-c', `ulimit -f ${maxMb * 2048}; ulimit -d ${MEMORY_KB}; exec "$@"`, 'sh', 'git', ...settings, ...args];
    // Its own process group: git's helpers end with it.
    const env = { ...gitEnv(o), ...login.env };
    const child = spawn('sh', limited, { cwd: cwd ?? o.tempDir, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
    let out = '';
    let said = '';
    const stop = () => child.pid && killGroup(child.pid);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const keep = (bytes: Buffer) => {
      out += String(bytes);
      if (out.length > MAX_OUTPUT) throw new FetchFault('refused', 'git says far too much of it');
    };
    child.stdout.on('data', (bytes: Buffer) => {
      try {
        (hear ?? keep)(bytes);
      } catch (error) {
        reject(error);
        stop();
        // What it has written already is heard by nobody.
        child.stdout.destroy();
      }
    });
    child.stderr.on('data', (bytes: Buffer) => (said = (said + String(bytes)).slice(-4_000)));
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      if (code === 0) resolve(out);
      else if (signal.aborted) reject(new FetchFault('late', `it did not answer within ${o.timeoutMs / 1000} s`));
      else reject(killedBy === 'SIGXFSZ' || TOO_LARGE.test(said) ? tooLarge(maxMb) : faultOf(said));
    });
  });
}

/** It may have ended by itself meanwhile. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function gitEnv(o: FetchSettings): Record<string, string | undefined> {
  const passed = Object.entries(process.env).filter(([key]) =>
    /^(PATH|GIT_SSL_CAINFO|SSL_CERT_FILE|CURL_CA_BUNDLE|(https?|no|all)_proxy)$/i.test(key),
  );
  return {
    ...Object.fromEntries(passed),
    HOME: o.tempDir,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ALLOW_PROTOCOL: ['https', 'http', ...(o.ssh ? ['ssh'] : []), ...(o.allowsFiles ? ['file'] : [])].join(':'),
  };
}

/** What git says when nobody answered, or a server that has failed. */
const UNREACHABLE = new RegExp(
  'resolve (host|proxy)|failed to connect|connect to server|connection (refused|reset|timed out)|' +
    'empty reply|early EOF|hung up|error: (5\\d\\d|429)',
  'i',
);

/** SIGXFSZ, of a helper of git's. */
const TOO_LARGE = /died of signal 25|File too large/;

function tooLarge(maxMb: number): FetchFault {
  return new FetchFault('refused', `it is larger than ${maxMb} MB, which is the most that is fetched`);
}

/** By the line of git's that says why, without the URL (it may hold a password). */
function faultOf(said: string): FetchFault {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^(fatal|error|remote): /, '').trim())
    .filter((line) => line !== '');
  const line =
    lines.find((each) => /not found|denied|resolve|refused|timed out|not allowed|does not exist|not appear/i.test(each)) ??
    lines[0] ??
    'git gave no reason';
  if (/askpass|could not read (Username|Password)/.test(line))
    return new FetchFault('refused', 'it is private, or not there: its server asks for a name and password, or a token');
  if (/Authentication failed/.test(line)) return new FetchFault('refused', 'its server refuses the name and password, or token');
  if (/host key verification failed|identification has changed/i.test(said))
    return new FetchFault(
      'refused',
      'its host shows another key than at first, so somebody may stand in between; ' +
        'once its owner has said that the key is new, connect it again',
    );
  if (/Permission denied \(/.test(said)) return new FetchFault('refused', 'its host does not take the deploy key');
  if (/cannot run ssh|ssh: (command )?not found/.test(said))
    return new FetchFault('refused', 'the platform has no ssh: its operator can install it (openssh-client)');
  // So says git of the guarded proxy, which found nobody there.
  if (/CONNECT aborted/.test(line)) return new FetchFault('unreachable', 'its server can not be reached');
  const kind: FetchProblem = UNREACHABLE.test(line) ? 'unreachable' : 'refused';
  // By ssh its server is behind a port of ours, another each time.
  const told = line
    .replaceAll(/(repository )?'?\w+:\/\/[^\s'"]+'?/g, 'the repository')
    .replaceAll(/\b127\.0\.0\.1 port \d+/g, 'its server');
  return new FetchFault(kind, `git says: ${told}`);
}
