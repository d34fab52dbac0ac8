// A port that nobody listens on, and that nobody is given meanwhile.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A free port below those that the system gives by itself: nobody takes it before whoever asked does. */
export async function quietPort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const port = randomInt(10_000, 30_000);
    const listens = await once(server.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    if (!listens) continue;
    await new Promise((done) => server.close(done));
    return port;
  }
}
