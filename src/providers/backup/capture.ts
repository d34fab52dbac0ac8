// Captures a backup: what the server's own pg_dump prints, sealed on its way to where backups are kept.
import { describeBytes } from '../../model/backup/describe-bytes.js';
import type { Transfer } from '../../model/backup/transfer.js';
import { changeTransfer } from '../../store/backup/transfers.js';
import { namesOf } from '../names.js';
import { DUMP, SIZE } from '../postgresql/transfer-scripts.js';
import { runScript } from '../run-script.js';
import { containerOf, nameInServer, reasonIn, runIn, runLong, TransferFault, type Work } from './transfer-work.js';

/** What is known of it then. Where it fails, nothing of it is kept. */
export async function capture({ parts, addon, transfer, signal, passed, say }: Work): Promise<Partial<Transfer>> {
  const env = { DATABASE: namesOf(addon.id).DATABASE, PGAPPNAME: nameInServer(transfer) };
  const sourceBytes = Number(await runScript(runIn(parts, addon.id), 'PostgreSQL', { script: SIZE, env }));
  await changeTransfer(parts.store, transfer.id, { sourceBytes });
  await say(`Capturing ${transfer.name}, ${describeBytes(sourceBytes)}`);
  const dumping = await runLong(parts.engine, containerOf(addon), { script: DUMP, env, hasInput: false, signal });
  let processedBytes = 0;
  /** What it prints is a dump only when it has ended well, and all of it has come. */
  async function* dump() {
    for await (const chunk of dumping.stdout as AsyncIterable<Buffer>) {
      passed((processedBytes += chunk.length));
      yield chunk;
    }
    const { status, stderr } = await dumping.ended;
    if (status !== 0) throw new TransferFault(reasonIn(stderr));
    const printed = Number(/^(\d+) bytes/m.exec(stderr)?.[1]);
    if (printed !== processedBytes) throw new TransferFault(`of ${printed} bytes ${processedBytes} arrived`);
  }
  const storedBytes = await parts.backups.write(transfer.id, dump(), signal);
  return { processedBytes, storedBytes };
}
