// The ports of this instance: the given ones when they are free, or free ones where 0 was given.
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { portHolder } from '../machine/port-holder.js';

/** Where free ports are looked for: below those that the kernel gives to whoever listens on 0, or connects, meanwhile. */
const PICKED = { from: 15_000, to: 32_000, tries: 50 };

/**
 * Checks or picks each port on `bind`; all are held until the last is known, so that none is picked twice.
 * Throws what is wrong with any.
 */
export async function choosePorts<N extends string>(bind: string, wanted: Record<N, number>): Promise<Record<N, number>> {
  const chosen: Partial<Record<N, number>> = {};
  const held: Server[] = [];
  const problems = new Set<string>();
  for (const [variable, port] of Object.entries(wanted) as [N, number][]) {
    try {
      const server = port === 0 ? await holdAny(bind, variable) : await hold(bind, port, variable);
      held.push(server);
      const address = server.address();
      chosen[variable] = address && typeof address === 'object' ? address.port : port;
    } catch (error) {
      problems.add((error as Error).message);
    }
  }
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  if (problems.size > 0) throw new Error([...problems].join('\n'));
  return chosen as Record<N, number>;
}

async function holdAny(bind: string, variable: string): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await hold(bind, randomInt(PICKED.from, PICKED.to), variable);
    } catch (error) {
      const isTaken = ((error as Error).cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || tries === PICKED.tries) throw error;
    }
  }
}

function hold(bind: string, port: number, variable: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(explain(error, bind, port, variable), { cause: error })));
    server.listen({ host: bind, port, exclusive: true }, () => resolve(server));
  });
}

function explain(error: NodeJS.ErrnoException, bind: string, port: number, variable: string): string {
  if (error.code === 'EADDRINUSE') {
    const holder = portHolder(port);
    const by = holder ? ` by ${holder.program} (process ${holder.pid})` : '';
    return `Port ${port} is in use${by}: stop that program, or set ${variable} to another port (0 picks a free one).`;
  }
  if (error.code === 'EACCES') return `Port ${port} may not be used by you: set ${variable} to one above 1023.`;
  return `SLIPWAY_BIND=${bind} can't be listened on (${error.code}): set it to an address of this machine, such as 127.0.0.1 or 0.0.0.0.`;
}
