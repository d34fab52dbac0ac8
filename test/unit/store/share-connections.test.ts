import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { expect, it } from 'vitest';
import { shareConnections } from '../../../src/store/share-connections.js';

/** A connection that counts how often it was given back to the pool. */
class FakeClient extends EventEmitter {
  released = 0;
  release(): void {
    this.released += 1;
  }
}

/** A pool that brings what it is asked for when the test says so, in the order it says. */
function aPool() {
  const asked: { bring(client: FakeClient): void; refuse(error: Error): void }[] = [];
  const pool = Object.assign(new EventEmitter(), {
    connect: () =>
      new Promise((resolve, reject) => {
        asked.push({
          bring(client) {
            pool.emit('connect', client);
            resolve(client);
          },
          refuse: reject,
        });
      }),
    end: async () => undefined,
  });
  return { asked, connections: shareConnections(pool as unknown as pg.Pool) };
}

it('who was asked for by another that is refused is told so: nobody waits for ever', async () => {
  const { asked, connections } = aPool();
  const first = connections.connect();
  const second = connections.connect();
  asked[1]!.bring(new FakeClient());
  expect((await first).client).toBeInstanceOf(FakeClient);
  asked[0]!.refuse(new Error('refused'));
  await expect(second).rejects.toThrow('refused');
});

it('a connection that is broken when it comes serves nobody, and who waited is told', async () => {
  const { asked, connections } = aPool();
  const waiting = connections.connect();
  const client = new FakeClient();
  asked[0]!.bring(client);
  client.emit('error', new Error('gone'));
  await expect(waiting).rejects.toThrow('Connection terminated');
  expect(client.released).toBe(1);
});

it('a refusal for whoever was served meanwhile is heard by nobody', async () => {
  const { asked, connections } = aPool();
  const first = connections.connect();
  asked[0]!.bring(new FakeClient());
  const lent = await first;
  const second = connections.connect();
  lent.giveBack();
  expect((await second).client).toBe(lent.client);
  const third = connections.connect();
  asked[1]!.refuse(new Error('refused'));
  const client = new FakeClient();
  asked[2]!.bring(client);
  expect((await third).client).toBe(client);
});
