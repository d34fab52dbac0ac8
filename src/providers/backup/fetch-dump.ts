// A dump that is somewhere else, by a URL that somebody gave: through the guard.
import { openFetchGuard } from '../../outbound/fetch-guard.js';
import { FetchFault } from '../../outbound/fetch-fault.js';
import { bodyOf, fetchUrl } from '../../outbound/fetch-url.js';
import { TransferFault, type BackupParts } from './transfer-work.js';

/** @param allow hosts that may be reached though they are not public */
export function fetchDump(allow: readonly string[]): BackupParts['fetch'] {
  const guard = openFetchGuard(allow);
  return async (url, signal) => {
    const wanted = { what: 'backup', signal, guard };
    return told(bodyOf(await fetchUrl(url, wanted).catch(refuse), wanted));
  };
}

async function* told(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    refuse(error);
  }
}

function refuse(error: unknown): never {
  throw error instanceof FetchFault ? new TransferFault(error.message) : error;
}
