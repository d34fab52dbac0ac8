// The way to a dyno: TLS to the address the API gave, whose certificate it named; then the secret.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { FRAMED } from '../../../model/run/attach-frames.js';
import { CliError } from '../../api/errors.js';

/** Nothing was said yet: a dyno manager that is being started again is back by then. */
const RETRY_AFTER_MS = [200, 400, 800, 1_600, 3_200];
const READY = 'rendezvous\r\n';

/** Resolves when the dyno is there; what it says stays with the socket. Throws CliError. */
export async function meet(o: { url: string; fingerprint: string | null; dyno: string }): Promise<TLSSocket> {
  const { hostname, port, pathname, search } = new URL(o.url);
  const { connect } = await import('node:tls');
  const host = hostname.replace(/^\[|\]$/g, '');
  const place = `${hostname}:${port}`;
  const options = { host, port: Number(port), rejectUnauthorized: o.fingerprint === null };
  const open = async (waits: readonly number[]): Promise<TLSSocket> => {
    const socket = connect(options);
    try {
      await once(socket, 'secureConnect');
      return socket;
    } catch (error) {
      const [waitMs, ...more] = waits;
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || waitMs === undefined) throw error;
      await sleep(waitMs);
      return open(more);
    }
  };
  const socket = await open(RETRY_AFTER_MS).catch((error: Error) => {
    const hint = 'The port is that of SLIPWAY_RENDEZVOUS_PORT; it must be reachable from here.';
    throw new CliError(`Can't reach dynos at ${place}: ${error.message}.\n${hint}`);
  });
  if (o.fingerprint !== null && socket.getPeerCertificate().fingerprint256 !== o.fingerprint) {
    socket.destroy();
    throw new CliError(
      `${place} shows another certificate than the API named: somebody stands between, or it was just replaced. Try again.`,
    );
  }
  socket.setKeepAlive(true, 30_000).setNoDelay(true);
  socket.write(`${pathname.slice(1)}${search} ${FRAMED}\r\n`);
  if (await isGreeted(socket)) return socket;
  socket.destroy();
  throw new CliError(`${o.dyno} could not be attached to.\nSee why with: paas logs --dyno-name ${o.dyno}`);
}

function isGreeted(socket: TLSSocket): Promise<boolean> {
  return new Promise((resolve) => {
    let said = Buffer.alloc(0);
    const look = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null)
        said = Buffer.concat([said, chunk]);
      if (said.length < READY.length) return;
      done(said.subarray(0, READY.length).toString() === READY);
      const rest = said.subarray(READY.length);
      if (rest.length > 0) socket.unshift(rest);
    };
    const leave = () => done(false);
    function done(isReady: boolean): void {
      socket.off('readable', look).off('end', leave).off('error', leave).off('close', leave);
      resolve(isReady);
    }
    socket.on('readable', look).once('end', leave).once('error', leave).once('close', leave);
  });
}
