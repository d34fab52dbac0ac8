// The floor of a push: git's own http-backend behind the smallest HTTP server, no hooks, no authentication.
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface PlainGit {
  url: string;
  /** Creates an empty repository; its URL. */
  create(name: string): string;
  /** The repository's directory. */
  path(name: string): string;
  stop(): void;
}

/** Serves the repositories in `dir`. */
export async function servePlainGit(dir: string): Promise<PlainGit> {
  const server = createServer((request, response) => runBackend(dir, request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const path = (name: string) => join(dir, `${name}.git`);
  return {
    url,
    path,
    create(name) {
      execFileSync('git', ['init', '-q', '--bare', '-b', 'main', path(name)]);
      // As Slipway sets them, so that the difference is not git's.
      for (const setting of ['http.receivepack=true', 'receive.unpackLimit=1', 'transfer.fsckObjects=true']) {
        const [key = '', value = ''] = setting.split('=');
        execFileSync('git', ['-C', path(name), 'config', key, value]);
      }
      return `${url}/${name}.git`;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function runBackend(dir: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://git');
  const { headers } = request;
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: dir,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: String(headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  child.stdout.on('data', function hear(chunk: Buffer) {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    child.stdout.off('data', hear);
    const lines = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = lines.find(([name]) => name === 'Status')?.[1];
    response.writeHead(Number(status?.slice(0, 3) ?? 200), Object.fromEntries(lines.filter(([name]) => name !== 'Status')));
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  });
}
