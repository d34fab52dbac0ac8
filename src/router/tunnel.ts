// Two sockets joined after `101 Switching Protocols`: bytes pass as they come until one side ends or both are idle.
import type { Socket } from 'node:net';

export interface TunnelEnds {
  client: Socket;
  dyno: Socket;
  idleMs: number;
}

/** Joins them; `onEnd` is called once, when both are closed. */
export function joinSockets({ client, dyno, idleMs }: TunnelEnds, onEnd: (how: 'closed' | 'idle') => void): void {
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
      if (open === 0) onEnd(how);
    });
  }
  // Every byte passes through the client's socket, in or out: its timeout is the window of both.
  client.setTimeout(idleMs, () => {
    how = 'idle';
    breakOff();
  });
  client.pipe(dyno);
  dyno.pipe(client);
  client.once('close', () => dyno.destroySoon());
  dyno.once('close', () => client.destroySoon());
}
