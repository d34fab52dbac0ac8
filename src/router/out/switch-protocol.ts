// After `101 Switching Protocols`: two sockets joined, bytes pass as they come until one side ends or both are idle.
import type { Socket } from 'node:net';
import type { Answering } from './answering.js';
import { watchForIdleness } from './idle-window.js';
import { upgradeHead } from './response-head.js';

/** Tells the client and joins it to the dyno; `early` came behind the head. The dyno's place is free: this may stay open for days. */
export function switchProtocol(a: Answering, headers: string[], early: Buffer): void {
  const { x } = a;
  const { connection, limits, release } = a.parts;
  const dyno = connection.socket;
  if (x.isOver || x.failure) return void dyno.destroy();
  a.stage = 'over';
  a.wholeTick = null;
  x.attempt = null;
  x.status = 101;
  x.isSwitched = true;
  connection.user = null;
  release();
  const { socket: client, ahead } = x.client.detach();
  for (const event of ['data', 'drain', 'end', 'close']) dyno.removeAllListeners(event);
  client.write(upgradeHead(headers), 'latin1');
  if (early.length > 0) client.write(early);
  if (ahead.length > 0) dyno.write(ahead);
  joinSockets({ client, dyno, idleMs: limits.idleMs }, (how) => {
    a.countBytes();
    if (how === 'idle') x.failure = { code: 'H15' };
    x.client.endExchange(x);
  });
  a.settleSwitched();
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
