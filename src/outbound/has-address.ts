// Whether a name leads anywhere, asked before an authority is: what can't be found by it costs one of the few failures it allows.
import { lookup, Resolver } from 'node:dns/promises';

const NONE = new Set(['ENOTFOUND', 'ENODATA']);
const TRY_MS = 3_000;

/** Null where that can't be told now. Servers (`address`, or `address:port`) are asked in place of the system's. */
export async function hasAddress(hostname: string, servers: readonly string[] = []): Promise<boolean | null> {
  if (servers.length === 0) return answer(lookup(hostname, { all: true }));
  const resolver = new Resolver({ timeout: TRY_MS, tries: 2 });
  resolver.setServers(servers);
  const [v4, v6] = await Promise.all([answer(resolver.resolve4(hostname)), answer(resolver.resolve6(hostname))]);
  if (v4 || v6) return true;
  return v4 === null || v6 === null ? null : false;
}

async function answer(asked: Promise<unknown[]>): Promise<boolean | null> {
  try {
    return (await asked).length > 0;
  } catch (error) {
    return NONE.has((error as NodeJS.ErrnoException).code ?? '') ? false : null;
  }
}
