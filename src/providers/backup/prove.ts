// Proves a backup: restores it into a server of the same version that is for nothing else, reached by nobody, and counts what is there.
import { removeScratch, startScratch } from '../../docker/service/scratch.js';
import { seccompProfile } from '../../docker/seccomp.js';
import { findOrigin } from '../offer.js';
import { runLong, reasonIn, TransferFault, type Work } from './transfer-work.js';
import { BEGIN_PROOF, COUNT, PROVE } from '../postgresql/transfer-scripts.js';
import { NOT_READY } from '../run-script.js';

const CPU_SHARES = 128;
/** Each waits for 18 s. */
const UP_TRIES = 10;
const MOST_MEMORY_MB = 1024;
const seccomp = seccompProfile();

/** How much there is. Throws TransferFault with what is wrong with the backup, anything else where that couldn't be found out. */
export async function prove(work: Omit<Work, 'say' | 'passed'>): Promise<{ tables: number; rows: number }> {
  const { parts, offer, addon, plan, transfer, signal } = work;
  const dump = await parts.backups.read(transfer.id);
  if (!dump) throw new TransferFault('its file is gone');
  const origin = await findOrigin(parts, offer.kind, addon.id);
  const spec = { ...offer.kind.spec(addon.id, { ...plan, memoryMb: Math.min(plan.memoryMb, MOST_MEMORY_MB) }), ...origin };
  const common = { homeId: parts.homeId, addonId: addon.id, seccomp, cpuShares: CPU_SHARES, network: { name: 'none' } };
  try {
    const container = await startScratch(parts.engine, transfer.id, { ...spec, ...common });
    const run = (script: string, hasInput: boolean) => runLong(parts.engine, container, { script, env: {}, hasInput, signal });
    await untilUp(() => run(BEGIN_PROOF, false));
    const restoring = await run(PROVE, true);
    restoring.stdout.resume();
    await restoring.feed(dump as AsyncIterable<Uint8Array>);
    const { status, stderr } = await restoring.ended;
    if (status !== 0) throw new TransferFault(reasonIn(stderr));
    return await count(await run(COUNT, false));
  } finally {
    dump.destroy();
    await removeScratch(parts.engine, transfer.id);
  }
}

async function untilUp(begin: () => ReturnType<typeof runLong>): Promise<void> {
  for (let tries = UP_TRIES; ; tries -= 1) {
    const begun = await begin();
    begun.stdout.resume();
    const { status, stderr } = await begun.ended;
    if (status === 0) return;
    if (status !== NOT_READY || tries === 0) throw new Error(status === NOT_READY ? 'its server does not come up' : reasonIn(stderr));
  }
}

async function count({ stdout, ended }: Awaited<ReturnType<typeof runLong>>): Promise<{ tables: number; rows: number }> {
  let [rest, tables, rows] = ['', 0, 0];
  for await (const chunk of stdout) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    tables += lines.length;
    rows += lines.reduce((sum, line) => sum + Number(line), 0);
  }
  const { status, stderr } = await ended;
  if (status !== 0) throw new TransferFault(reasonIn(stderr));
  return { tables, rows };
}
