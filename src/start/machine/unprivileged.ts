// PostgreSQL refuses to run as root: how a program of ours is run as `nobody` then, wherever its files lie.
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Account {
  uid: number;
  gid: number;
}

/** The account to run as: `nobody` when we are root, else undefined (ourselves). */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

/** Whether anybody may pass through every directory above `path` (a checkout below /root isn't so). */
export function isReachableByAnyone(path: string): boolean {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return false;
    if (dir === '/') return true;
  }
}

/**
 * The command line that runs `command` as `account` and sees `dirs` at short paths of its own: `{0}`, `{1}`… in
 * `args` and in `command` stand for them. Where all can be reached no detour is made; else they are bound into a
 * mount namespace that ends with the program.
 */
export function asAccount(
  account: Account | undefined,
  dirs: string[],
  command: string,
  args: string[],
): { command: string; args: string[]; account?: Account } {
  const detour = account && !dirs.every((dir) => isReachableByAnyone(`${dir}/x`));
  const seen = (text: string) => text.replace(/\{(\d)\}/g, (_, n: string) => (detour ? `/mnt/${n}` : dirs[Number(n)]!));
  if (!detour) return { command: seen(command), args: args.map(seen), account };
  const binds = dirs.map((_, n) => `mkdir /mnt/${n} && mount --bind "$${n + 1}" /mnt/${n}`).join(' && ');
  const become = `exec setpriv --reuid ${account.uid} --regid ${account.gid} --clear-groups`;
  const script = `mount -t tmpfs -o mode=755 none /mnt && ${binds} && cd / && shift ${dirs.length} && ${become} "$@"`;
  return { command: 'unshare', args: ['--mount', 'sh', '-c', script, 'sh', ...dirs, seen(command), ...args.map(seen)] };
}
