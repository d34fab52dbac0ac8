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
  fail(error: Error): void;
}

/** The pool, shared so. Nobody else may connect by it. */
export function shareConnections(pool: pg.Pool): Connections {
  const waiting: Waiter[] = [];
  /** How many the pool is to bring, or to refuse: never fewer than wait, or the last would wait for ever. */
  let asked = 0;
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

  /** The pool brings nothing more for whoever waits longest, where others had what was brought for them. */
  function failOneTooMany(error: Error): void {
    if (waiting.length > asked) waiting.shift()?.fail(error);
  }

  function ask(): void {
    asked += 1;
    pool.connect().then(
      (client) => {
        asked -= 1;
        pass(client);
        failOneTooMany(new Error('Connection terminated as soon as it was there'));
      },
      (error: Error) => {
        asked -= 1;
        failOneTooMany(error);
      },
    );
  }

  return {
    connect: () =>
      new Promise((resolve, reject) => {
        waiting.push({ take: (client) => resolve({ client, giveBack: () => pass(client) }), fail: reject });
        ask();
      }),
    end: () => pool.end(),
  };
}
