// Connections go to whoever has waited longest. By itself, pg's pool has a request wait for the connection that is opened for it, which
// takes tens of milliseconds, though another has been given back meanwhile.
import type pg from 'pg';

export interface Connections {
  /** Throws where none can be had within the pool's time. */
  connect(): Promise<Lent>;
  end(): Promise<void>;
}

interface Lent {
  client: pg.PoolClient;
  giveBack(): void;
}

interface Waiter {
  take(client: pg.PoolClient): void;
}

/** The pool, shared so. Nobody else may connect by it. */
export function shareConnections(pool: pg.Pool): Connections {
  const waiting: Waiter[] = [];
  const broken = new WeakSet<object>();
  pool.on('connect', (client) => {
    client.on('error', () => broken.add(client));
    client.on('end', () => broken.add(client));
  });

  /** To whoever waits, or back: the pool closes those that are broken. */
  function pass(client: pg.PoolClient): void {
    const next = broken.has(client) ? undefined : waiting.shift();
    if (next) next.take(client);
    else client.release();
  }

  return {
    connect: () =>
      new Promise((resolve, reject) => {
        const own: Waiter = { take: (client) => resolve({ client, giveBack: () => pass(client) }) };
        waiting.push(own);
        pool.connect().then(pass, (error: Error) => {
          const at = waiting.indexOf(own);
          if (at >= 0) waiting.splice(at, 1);
          reject(error);
        });
      }),
    end: () => pool.end(),
  };
}
