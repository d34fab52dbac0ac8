// OpenSSH's own server, from the distribution's packages, unpacked once: it lets git be read by the keys that it is told.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { unpackPackages } from '../../src/start/stores/unpack-packages.js';
import { quietPort } from './quiet-port.js';
import { untilSo } from './until.js';

const ROOT = resolve('node_modules/.cache/slipway/sshd');
const PROGRAM = join(ROOT, 'usr/sbin/sshd');
const LIBRARIES = ['usr/lib', 'lib'].map((each) => join(ROOT, each, `${arch() === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`));
/** As root it needs a user and a folder of its own, which it finds in a namespace of its own. */
const AS_ROOT =
  'set -e; for each in passwd shadow; do mount --bind "$1/$each" "/etc/$each"; done; ' +
  'mount -t tmpfs none /run; mkdir -p /run/sshd; exec "$2" -D -e -f "$1/config"';

export interface Sshd {
  /** `ssh://user@127.0.0.1:port`; repositories are named by their whole path. */
  url: string;
  /** Lets these keys read, and no others. */
  allow(...publicKeys: string[]): void;
  /** Starts it again with another host key. */
  changeHostKey(): Promise<void>;
  /** Fingerprint of its host key, as ssh-keygen has it. */
  fingerprint(): string;
  /** What it has said. */
  said(): string;
  stop(): Promise<void>;
}

export async function startSshd(): Promise<Sshd> {
  if (!existsSync(PROGRAM)) await unpack();
  const dir = mkdtempSync(join(tmpdir(), 'slipway-sshd-'));
  const port = await quietPort();
  const { username, uid } = userInfo();
  const [key, authorized] = [join(dir, 'host_key'), join(dir, 'authorized')];
  const settings = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: key,
    AuthorizedKeysFile: authorized,
    PidFile: 'none',
    UsePAM: 'no',
    StrictModes: 'no',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    PermitRootLogin: 'prohibit-password',
    LogLevel: 'VERBOSE',
  };
  writeFileSync(
    join(dir, 'config'),
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  writeFileSync(join(dir, 'passwd'), `${readFileSync('/etc/passwd', 'utf8').trim()}\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`);
  writeFileSync(join(dir, 'shadow'), `${username}:*:19000:0:99999:7:::\n`, { mode: 0o600 });
  writeFileSync(authorized, '');
  let child: ChildProcess | null = null;
  let said = '';

  async function start(): Promise<void> {
    rmSync(key, { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const env = { ...process.env, LD_LIBRARY_PATH: LIBRARIES.join(':') };
    const [command, ...args] =
      uid === 0 ? ['unshare', '-m', 'sh', '-c', AS_ROOT, 'sh', dir, PROGRAM] : [PROGRAM, '-D', '-e', '-f', join(dir, 'config')];
    const begun = spawn(command!, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    begun.stderr.on('data', (chunk) => (said += String(chunk)));
    child = begun;
    const from = said.length;
    await untilSo('sshd listens', () => {
      if (begun.exitCode !== null) throw new Error(`sshd has ended: ${said}`);
      return said.slice(from).includes('Server listening');
    });
  }

  async function end(): Promise<void> {
    const ended = child?.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child?.kill('SIGTERM');
    await ended;
  }

  await start();
  return {
    url: `ssh://${username}@127.0.0.1:${port}`,
    allow: (...keys) => writeFileSync(authorized, keys.map((each) => `restrict ${each}\n`).join('')),
    async changeHostKey() {
      await end();
      await start();
    },
    fingerprint: () => execFileSync('ssh-keygen', ['-l', '-f', `${key}.pub`], { encoding: 'utf8' }).split(' ')[1]!,
    said: () => said,
    async stop() {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Whoever else does the same at this moment: where it is already it stays, since somebody runs it. */
async function unpack(): Promise<void> {
  const draft = `${ROOT}-${process.pid}`;
  await unpackPackages(['openssh-server'], draft);
  try {
    renameSync(draft, ROOT);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(PROGRAM)) throw error;
  }
}
