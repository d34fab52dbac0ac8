import { log } from '../../lib/log.js';
import { openDataPort, type DataPort } from './data-port.js';

const TRY_AGAIN_MS = 10_000;

/** Opens the port, as soon as it can be had: add-ons are there without it. Returns how it is closed. */
export function keepDataPort(door: Parameters<typeof openDataPort>[0]): () => void {
  let open: DataPort | null = null;
  let timer: NodeJS.Timeout | undefined;
  let trouble: string | undefined;
  let isClosed = false;

  async function begin(): Promise<void> {
    try {
      open = await openDataPort(door);
      log('data-port-open', { bind: door.host, port: open.port });
      if (isClosed) open.close();
    } catch (error) {
      const { message } = error as Error;
      if (message !== trouble) log('data-port-not-open', { port: door.port, error: message, remedy: 'SLIPWAY_DATA_PORT names another' });
      trouble = message;
      if (!isClosed) timer = setTimeout(() => void begin(), TRY_AGAIN_MS);
    }
  }

  void begin();
  return () => {
    isClosed = true;
    clearTimeout(timer);
    open?.close();
  };
}
