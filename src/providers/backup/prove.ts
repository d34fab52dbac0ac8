// Proves a backup: restores it into a server of the same version that is for nothing else, reached by nobody, and counts what is there.
import { randomBytes } from 'node:crypto';
import { removeScratch, startScratch } from '../../docker/service/scratch.js';
import { seccompProfile } from '../../docker/seccomp.js';
import type { StreamedCommand, Streaming } from '../../docker/service/stream-in-service.js';
import type { Transfer } from '../../model/backup/transfer.js';
import { findOrigin } from '../offer.js';
import { keepWithin, MOST_OF_PLAN } from './keep-within.js';
import { runLong, reasonIn, TransferFault, type Work } from './transfer-work.js';
import { BEGIN_PROOF, COUNT, PROVE, SIZE } from '../postgresql/transfer-scripts.js';
import { NOT_READY } from '../run-script.js';

const CPU_SHARES = 128;
/** Each waits for 18 s. */
const UP_TRIES = 10;
const MOST_MEMORY_MB = 1024;
const seccomp = seccompProfile();

/** How much there is. Throws TransferFault with what is wrong with the backup, anything else where that couldn't be found out. */
export async function prove(work: Omit<Work, 'say' | 'passed'>): Promise<{ tables: number; rows: number }> {
  const { parts, offer, addon, plan, transfer } = work;
  const origin = await findOrigin(parts, offer.kind, addon.id);
  const dump = await parts.backups.read(transfer.id);
  if (!dump) throw new TransferFault('its file is gone');
  const spec = { ...offer.kind.spec(addon.id, { ...plan, memoryMb: Math.min(plan.memoryMb, MOST_MEMORY_MB) }), ...origin };
  const common = { homeId: parts.homeId, addonId: addon.id, seccomp, cpuShares: CPU_SHARES, network: { name: 'none' } };
  try {
    const container = await startScratch(parts.engine, transfer.id, { ...spec, ...common });
    return await restoreAndCount(work, container, dump as AsyncIterable<Uint8Array>);
  } finally {
    dump.destroy();
    await removeScratch(parts.engine, transfer.id);
  }
}

async function restoreAndCount(
  { parts, plan, transfer, signal }: Omit<Work, 'say' | 'passed'>,
  container: string,
  dump: AsyncIterable<Uint8Array>,
) {
  const env = { PGPASSWORD: randomBytes(16).toString('hex'), DATABASE: 'proof' };
  const start = (script: string, o: Pick<StreamedCommand, 'hasInput' | 'signal'>) =>
    runLong(parts.engine, container, { script, env, ...o });
  await untilUp(() => start(BEGIN_PROOF, { hasInput: false, signal }));
  const size = async () => Number(await textOf(await start(SIZE, { hasInput: false, signal })));
  const within = keepWithin(size, { limitMb: mostMb(plan, transfer), signal });
  try {
    const restoring = await start(PROVE, { hasInput: true, signal: within.signal });
    restoring.stdout.resume();
    await restoring.feed(dump);
    const { status, stderr } = await restoring.ended;
    if (status !== 0) throw new TransferFault(reasonIn(stderr));
    return await count(await start(COUNT, { hasInput: false, signal: within.signal }));
  } finally {
    within.stop();
  }
}

/** It may have been captured on a larger plan. */
function mostMb({ diskMb }: Work['plan'], { sourceBytes }: Transfer): number {
  return MOST_OF_PLAN * Math.max(diskMb, (sourceBytes ?? 0) / 1024 / 1024);
}

async function textOf({ stdout, ended }: Streaming): Promise<string> {
  let text = '';
  for await (const chunk of stdout) text += String(chunk);
  const { status, stderr } = await ended;
  if (status !== 0) throw new Error(reasonIn(stderr));
  return text;
}

async function untilUp(begin: () => Promise<Streaming>): Promise<void> {
  for (let tries = UP_TRIES; ; tries -= 1) {
    const begun = await begin();
    begun.stdout.resume();
    const { status, stderr } = await begun.ended;
    if (status === 0) return;
    if (status !== NOT_READY || tries === 0) throw new Error(status === NOT_READY ? 'its server does not come up' : reasonIn(stderr));
  }
}

async function count({ stdout, ended }: Streaming): Promise<{ tables: number; rows: number }> {
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
