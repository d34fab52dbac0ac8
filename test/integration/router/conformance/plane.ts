// One router before one dyno that says what a case wants said; an exchange is told as what the dyno saw, what the client got, what the log says.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Limits } from '../../../../src/router/limits.js';
import { aDyno, anApp, get, startTestRouter, until } from '../support.js';
import { startCaseDyno, type Manner } from './case-dyno.js';
import { readAnswers } from './read-messages.js';

export interface Case extends Manner {
  name: string;
  /** Packets of the client. */
  send: string | string[];
  /** The client ends its side, or resets the connection, behind its packets. */
  leave?: 'end' | 'reset';
  saw: string[];
  /** The answers, then `open` or `closed`. */
  got: string[];
  lines: string[];
}

export type Outcome = Pick<Case, 'saw' | 'got' | 'lines'>;

export { OK } from './case-dyno.js';
const PROBE = get('/probe');
const PROBED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nprobe';
const BETWEEN_PACKETS_MS = 15;
const PATIENCE_MS = 8_000;

export interface Plane {
  run(what: Case): Promise<Outcome>;
  close(): Promise<void>;
}

export async function startPlane(limits: Partial<Limits> = {}): Promise<Plane> {
  let current: Case | null = null;
  let saw: string[] = [];
  const dyno = await startCaseDyno({
    manner: () => current ?? {},
    keep: (request) => void saw.push(request),
    aside: (request) => (request.startsWith('GET /probe') ? PROBED : null),
  });
  const router = await startTestRouter([anApp({ dynos: [aDyno({ port: dyno.port })] })], {
    firstByteMs: 10_000,
    idleMs: 10_000,
    probeMs: 10_000,
    ...limits,
  });

  async function run(what: Case): Promise<Outcome> {
    current = what;
    saw = [];
    router.lines.length = 0;
    const methods =
      [what.send]
        .flat()
        .join('')
        .match(/^[A-Z]+(?= \S+ HTTP)/gm) ?? [];
    const client = connect({ port: router.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let bytes = '';
    let isClosed = false;
    const failed = once(client, 'close').then(() => (isClosed = true));
    client.on('error', () => undefined).on('end', () => client.destroy());
    client.on('data', (chunk: Buffer) => (bytes += chunk.toString('latin1')));
    await Promise.race([once(client, 'connect'), failed]);
    for (const [i, packet] of [what.send].flat().entries()) {
      if (i > 0) await pause();
      if (!isClosed) client.write(packet, 'latin1');
    }
    if (what.leave === 'end') client.end();
    if (what.leave === 'reset') {
      await pause();
      client.resetAndDestroy();
    }
    const answers = () => readAnswers(bytes, [...methods, 'GET']);
    const wanted = what.got.length - 1;
    if (what.got.at(-1) === 'open') {
      await until(() => isClosed || answers().length >= wanted, PATIENCE_MS);
      if (!isClosed && what.send !== '') client.write(PROBE);
      await until(() => isClosed || answers().length > wanted, PATIENCE_MS);
    } else await until(() => isClosed, PATIENCE_MS);
    const got = answers();
    const isOpen = !isClosed && got.at(-1) === '200 "probe"';
    if (isOpen) got.pop();
    await until(() => told().length >= what.lines.length, 3_000).catch(() => undefined);
    const outcome = { saw, got: [...got, isOpen ? 'open' : 'closed'], lines: told() };
    client.destroy();
    for (const socket of dyno.sockets) socket.destroy();
    await until(() => dyno.sockets.size === 0);
    return outcome;
  }

  const told = () =>
    router.lines
      .map(({ text }) => text)
      .filter((text) => !text.includes('path="/probe"'))
      .map(shortLine);

  return {
    run,
    async close() {
      await router.close();
      await dyno.close();
    },
  };
}

/** `GET 200`, or `GET H26 400 bad header`. */
function shortLine(text: string): string {
  const [, code = '', cause = ''] = /(?: code=(\w+) desc="[^"]*")(?: cause="([^"]*)")?/.exec(text) ?? [];
  const [, method = '', status = ''] = / method=(\S*) .* status=(\d*) /.exec(text) ?? [];
  return [method, code, status, cause].filter((part) => part !== '').join(' ');
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, BETWEEN_PACKETS_MS));
}
