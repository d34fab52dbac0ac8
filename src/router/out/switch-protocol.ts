// After `101 Switching Protocols`: two sockets joined, bytes pass as they come until one side ends or both are idle.
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { countBytes, type Attempt } from './attempt.js';
import { watchForIdleness } from './idle-window.js';
import { upgradeHead } from './response-head.js';

/** Tells the client and joins it to the dyno. The dyno's place is free: this may stay open for days. */
export function switchProtocol(a: Attempt, raw: Buffer[], dynoSocket: Duplex): void {
  const { x } = a;
  const client = x.req.socket;
  if (x.isOver || x.failure) return void dynoSocket.destroy();
  clearTimeout(a.firstByteTimer);
  a.stage = 'over';
  x.status = 101;
  x.isSwitched = true;
  a.release();
  x.res.detachSocket(client);
  client.write(upgradeHead(raw), 'latin1');
  joinSockets({ client, dyno: dynoSocket as Socket, idleMs: a.limits.idleMs }, (how) => {
    countBytes(a);
    if (how === 'idle') x.failure = { code: 'H15' };
    x.res.emit('close');
  });
  a.settle('over');
}

interface Ends {
  client: Socket;
  dyno: Socket;
  idleMs: number;
}

/** Joins them; `onEnd` is called once, when both are closed. */
function joinSockets({ client, dyno, idleMs }: Ends, onEnd: (how: 'closed' | 'idle') => void): void {
  let how: 'closed' | 'idle' = 'closed';
  let open = 2;
  const breakOff = () => {
    client.destroy();
    dyno.destroy();
  };
  for (const socket of [client, dyno]) {
    for (const event of ['timeout', 'readable', 'end']) socket.removeAllListeners(event);
    socket.setNoDelay(true).setTimeout(0);
    socket.on('error', breakOff);
    socket.once('close', (hadError) => {
      if (hadError) breakOff();
      open -= 1;
      if (open === 0) end();
    });
  }
  // Every byte passes through the client's socket, in or out: its window is that of both.
  const stopWatching = watchForIdleness(client, idleMs, () => {
    how = 'idle';
    breakOff();
  });
  const end = () => {
    stopWatching();
    onEnd(how);
  };
  client.pipe(dyno);
  dyno.pipe(client);
  client.once('close', () => dyno.destroySoon());
  dyno.once('close', () => client.destroySoon());
}
