// What git's ssh is given for one repository: a key that it can have sign, a way to the server, and what that is known by.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellWord } from '../../lib/shell-word.js';
import { sshServer, type SshLogin } from '../../model/git/ssh-url.js';
import type { FetchFault } from '../fetch-fault.js';
import type { FetchGuard } from '../fetch-guard.js';
import { openSshAgent } from './agent.js';
import { openTunnel, type Tunnel } from './tunnel.js';

export interface SshSession {
  /** The URL as git is told it: the server is behind a port of ours. */
  url: string;
  env: Record<string, string>;
  /** Why the server couldn't be reached, if it couldn't. */
  fault(): FetchFault | null;
  /** Ends it, and pins what the server has shown at first contact. */
  close(): Promise<void>;
}

/** A socket's path is 107 bytes at most. */
const MOST_PATH_CHARS = 80;
const MOST_KEYS_CHARS = 16 * 1024;

export async function openSshSession(o: { tempDir: string; guard: FetchGuard }, url: string, login: SshLogin): Promise<SshSession> {
  const { hostname, port } = new URL(url);
  const dir = await mkdtemp(join(o.tempDir.length > MOST_PATH_CHARS ? tmpdir() : o.tempDir, 'ssh-'));
  const tunnel = await openTunnel(o.guard, { host: hostname, port: Number(port || 22) });
  try {
    return await openIn({ dir, tunnel }, url, login);
  } catch (error) {
    tunnel.close();
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function openIn({ dir, tunnel }: { dir: string; tunnel: Tunnel }, url: string, login: SshLogin): Promise<SshSession> {
  const { hostname, username, pathname } = new URL(url);
  const [config, known, socket] = ['config', 'known', 'agent'].map((name) => join(dir, name)) as [string, string, string];
  await writeFile(known, login.hostKeys ?? '', { mode: 0o600 });
  await writeFile(config, settings({ known, server: sshServer(url) ?? hostname, isPinned: login.hostKeys !== null }), { mode: 0o600 });
  const agent = await openSshAgent(socket, login.key);
  return {
    url: `ssh://${username}@127.0.0.1:${tunnel.port}${pathname}`,
    env: { GIT_SSH_COMMAND: `ssh -F ${shellWord(config)}`, GIT_SSH_VARIANT: 'ssh', SSH_AUTH_SOCK: socket },
    fault: tunnel.fault,
    async close() {
      agent.close();
      tunnel.close();
      const shown = login.hostKeys === null ? await readFile(known, 'utf8').catch(() => '') : '';
      await rm(dir, { recursive: true, force: true });
      if (shown === '' || shown.length > MOST_KEYS_CHARS) return;
      login.hostKeys = shown;
      await login.pin(shown);
    },
  };
}

/** Nothing of the machine's own: no keys, no settings, no hosts that it knows. */
function settings(o: { known: string; server: string; isPinned: boolean }): string {
  const lines = {
    HostKeyAlias: o.server,
    UserKnownHostsFile: `"${o.known.replaceAll('%', '%%')}"`,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: o.isPinned ? 'yes' : 'accept-new',
    UpdateHostKeys: 'no',
    HashKnownHosts: 'no',
    CheckHostIP: 'no',
    BatchMode: 'yes',
    PreferredAuthentications: 'publickey',
    IdentityFile: 'none',
    ForwardAgent: 'no',
    ClearAllForwardings: 'yes',
    ControlMaster: 'no',
    ControlPath: 'none',
    PermitLocalCommand: 'no',
    ConnectTimeout: '20',
    ServerAliveInterval: '15',
    LogLevel: 'ERROR',
  };
  return ['Host *', ...Object.entries(lines).map(([name, value]) => `  ${name} ${value}`), ''].join('\n');
}
