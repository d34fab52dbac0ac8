// What opens a repository by ssh: the key of its connection, and what its host is known by.
import { fingerprintOf } from '../../lib/net/ssh-key.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { sshServer, type SshLogin } from '../../model/git/ssh-url.js';
import { apiLine } from '../../model/logs/log-line.js';
import { findConnection, pinHostKeys, readDeployKey } from '../../store/connection/connections.js';
import type { Context } from '../context.js';

/** Undefined for a connection that is reached otherwise, or is gone. */
export async function sshLoginOf(ctx: Pick<Context, 'store' | 'lines'>, connectionId: string | null): Promise<SshLogin | undefined> {
  const c = connectionId === null ? undefined : await findConnection(ctx.store, connectionId);
  const server = c && sshServer(c.url);
  const key = c && (await readDeployKey(ctx.store, c.id));
  if (!c || !server || !key) return undefined;
  return { server, key, hostKeys: c.hostKeys, pin: (hostKeys) => pin(ctx, c, server, hostKeys) };
}

/** What it shows at first contact is what it is known by from then on, and is said: only a person can compare it. */
async function pin({ store, lines }: Pick<Context, 'store' | 'lines'>, c: GitConnection, server: string, hostKeys: string): Promise<void> {
  if (!(await pinHostKeys(store, c.id, hostKeys))) return;
  const shown = hostKeys.trim().split('\n').map(fingerprintOf).join(', ');
  lines.write(c.appId, apiLine(Date.now(), `${server} shows the host key ${shown}: no other is believed from now on`));
}
