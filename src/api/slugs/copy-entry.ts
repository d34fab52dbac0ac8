import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Header, Pack } from 'tar-stream';

/**
 * Copies an entry's content into a tar. Not by pipe: what breaks the one stream would break the other with it, before the
 * reason can be told.
 */
export async function copyEntry(from: AsyncIterable<Buffer>, pack: Pack, header: Pick<Header, 'name'> & Partial<Header>): Promise<void> {
  let to: Writable | undefined;
  const written = new Promise<void>((resolve, reject) => {
    to = pack.entry(header, (error) => (error ? reject(error) : resolve())) as unknown as Writable;
    to.on('error', reject);
  });
  written.catch(() => undefined);
  for await (const chunk of from) if (to?.write(chunk) === false) await Promise.race([once(to, 'drain'), written]);
  to?.end();
  await written;
}
