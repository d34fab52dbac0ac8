// Requests that git would never send.
import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: string;
  body: string;
  ms: number;
}

/** Sends pieces over one connection, 30 ms apart, and reads until it closes or the answer is complete. */
export function sendRaw(port: number, pieces: Array<string | Buffer>, timeoutMs = 20_000): Promise<RawAnswer> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      const [headers = '', body = ''] = splitOnce(text, '\r\n\r\n');
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
        headers: headers.toLowerCase(),
        body,
        ms: performance.now() - began,
      });
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer in ${timeoutMs} ms, got ${JSON.stringify(text.slice(0, 200))}`));
    }, timeoutMs);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (isComplete(text)) finish();
    });
    socket.on('close', finish);
    socket.on('error', () => undefined);
    void (async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((next) => setTimeout(next, 30));
      }
    })();
  });
}

function isComplete(text: string): boolean {
  const [headers, body] = splitOnce(text, '\r\n\r\n');
  if (body === undefined) return false;
  const length = /^content-length: (\d+)/im.exec(headers)?.[1];
  return length === undefined ? body.endsWith('0\r\n\r\n') : body.length >= Number(length);
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}

export function requestHead(o: {
  method?: string;
  path: string;
  token?: string | undefined;
  headers?: Record<string, string | number>;
}): string {
  const lines = [`${o.method ?? 'POST'} ${o.path} HTTP/1.1`, 'Host: x'];
  if (o.token !== undefined) lines.push(`Authorization: Basic ${Buffer.from(`x:${o.token}`).toString('base64')}`);
  for (const [name, value] of Object.entries(o.headers ?? {})) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A whole POST to a service of git. */
export function post(o: {
  app: string;
  service: string;
  token?: string;
  body: Buffer | string;
  headers?: Record<string, string>;
}): [string, Buffer] {
  const body = Buffer.from(o.body);
  const headers = { 'Content-Type': `application/x-git-${o.service}-request`, 'Content-Length': body.length, ...o.headers };
  return [requestHead({ path: `/${o.app}.git/git-${o.service}`, token: o.token, headers }), body];
}

export function pktLine(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}
