// git's own HTTP server behind the smallest CGI wrapper there is: what the door is measured against.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { passToGit } from '../../support/git-host.js';

/** Serves the bare repositories of a directory; returns their base URL and the function that stops it. */
export async function startHttpBackend(dir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((req, res) => passToGit(dir, req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
