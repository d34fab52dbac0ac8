// The floor of the router: nginx as a reverse proxy that logs each request. The machine's, or the distribution's
// package unpacked beside our modules.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../../src/start/machine/find-program.js';

export interface Nginx {
  port: number;
  /** The process that does the work. */
  pid(): number;
  stop(): void;
}

const STARTS_IN_MS = 500;

/** Starts nginx in front of `upstream` (`host:port`). */
export async function startNginx(upstream: string): Promise<Nginx> {
  const program = findProgram('nginx') ?? fetchNginx();
  const dir = mkdtempSync(join(tmpdir(), 'slipway-bench-nginx-'));
  const port = await freePort();
  writeFileSync(join(dir, 'nginx.conf'), configuration(port, upstream));
  const child = spawn(program, ['-p', dir, '-c', 'nginx.conf', '-e', 'error.log'], { stdio: 'inherit' });
  await sleep(STARTS_IN_MS);
  if (child.exitCode !== null) throw new Error(`nginx ended with status ${child.exitCode}; what it said is above.`);
  return {
    port,
    pid: () => child.pid ?? 0,
    stop() {
      child.kill('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** One process without a master, so that its CPU time is all there is. */
function configuration(port: number, upstream: string): string {
  return `daemon off; master_process off; pid nginx.pid;
events { worker_connections 1024; }
http {
  access_log access.log;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  keepalive_requests 1000000;
  upstream app { server ${upstream}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  }
}
`;
}

function fetchNginx(): string {
  const dir = resolve('node_modules/.cache/slipway/nginx');
  const program = join(dir, 'usr/sbin/nginx');
  if (existsSync(program)) return program;
  mkdirSync(dir, { recursive: true });
  execFileSync('sh', ['-ec', 'apt-get -o APT::Sandbox::User= download nginx >/dev/null && dpkg -x nginx_*.deb .'], { cwd: dir });
  return program;
}

function freePort(): Promise<number> {
  return new Promise((resolvePort) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolvePort(port));
    });
  });
}
