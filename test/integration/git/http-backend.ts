// git's own HTTP server behind the smallest CGI wrapper there is: what the door is measured against.
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Serves the bare repositories of a directory; returns their base URL and the function that stops it. */
export async function startHttpBackend(dir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://x');
    const variables = {
      GIT_PROJECT_ROOT: dir,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'jane',
      REQUEST_METHOD: req.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: req.headers['content-type'],
      HTTP_CONTENT_ENCODING: req.headers['content-encoding'],
    };
    const cgi = spawn(program, { env: { ...process.env, ...variables }, stdio: ['pipe', 'pipe', 'inherit'] });
    cgi.stdin.on('error', () => undefined);
    req.pipe(cgi.stdin);
    cgi.stdout.once('data', (chunk: Buffer) => {
      const end = chunk.indexOf('\r\n\r\n');
      for (const line of chunk.subarray(0, end).toString().split('\r\n')) {
        const [name = '', value = ''] = line.split(': ');
        if (name === 'Status') res.statusCode = Number.parseInt(value, 10);
        else res.setHeader(name, value);
      }
      res.write(chunk.subarray(end + 4));
      cgi.stdout.pipe(res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
