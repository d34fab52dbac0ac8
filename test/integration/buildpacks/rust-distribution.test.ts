// Another Rust than the stack's own, from a server that serves as Rust's own distribution does.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const HOST = `${arch() === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;
const FILES = { rustc: 'bin/rustc', cargo: 'bin/cargo', 'rust-std': `lib/rustlib/${HOST}/lib/libstd.rlib` };

let dir: string;
let server: Server;
const served = new Map<string, Buffer>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-rust-'));
  const sections = Object.entries(FILES).map(([component, file]) => section(component, archive(component, file)));
  served.set('/dist/channel-rust-1.70.0.toml', Buffer.from(`manifest-version = "2"\n${sections.join('\n')}`));
  served.set(
    '/dist/channel-rust-1.71.0.toml',
    Buffer.from(
      served
        .get('/dist/channel-rust-1.70.0.toml')!
        .toString()
        .replace(/xz_hash = "...../, 'xz_hash = "00000'),
    ),
  );
  served.set(
    '/manifests.txt',
    Buffer.from(
      ['2023-06-01/channel-rust-1.70.0', '2023-06-01/channel-rust-nightly', '2016-01-01/channel-rust-1.9.0']
        .map((name) => `host/dist/${name}.toml\n`)
        .join(''),
    ),
  );
  server = createServer((req, res) => res.writeHead(served.has(req.url!) ? 200 : 404).end(served.get(req.url!)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

/** A component's archive: a directory of its name in another, beside what only an installer reads. */
function archive(component: string, file: string): Buffer {
  const top = `${component}-1.70.0-${HOST}`;
  const inside = component === 'rust-std' ? `${component}-${HOST}` : component;
  mkdirSync(join(dir, top, inside, file, '..'), { recursive: true });
  writeFileSync(join(dir, top, 'install.sh'), 'exit 1\n');
  writeFileSync(join(dir, top, inside, file), component);
  execFileSync('tar', ['-c', '-J', '-f', `${top}.tar.xz`, top], { cwd: dir });
  const bytes = readFileSync(join(dir, `${top}.tar.xz`));
  served.set(`/dist/2023-06-01/${top}.tar.xz`, bytes);
  return bytes;
}

function section(component: string, bytes: Buffer): string {
  const url = `https://main.example/dist/2023-06-01/${component}-1.70.0-${HOST}.tar`;
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `[pkg.${component}.target.${HOST}]\navailable = true\nurl = "${url}.gz"\nhash = "00"\nxz_url = "${url}.xz"\nxz_hash = "${hash}"\n`;
}

async function install(version: string): Promise<string> {
  const place = mkdtempSync(join(dir, 'place-'));
  await script(`install_version ${version} ${place}`);
  return place;
}

async function script(command: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const env = { PATH: process.env['PATH'], RUSTUP_DIST_SERVER: `http://127.0.0.1:${port}` };
  const start = 'set -eu -o pipefail; stop() { echo "$*" >&2; exit 1; }; source buildpacks/lib/runtime-rust.sh';
  return (await run('bash', ['--norc', '-c', `${start}\n${command}`], { env })).stdout;
}

it('installs compiler, cargo and standard library in one place', async () => {
  const place = await install('1.70.0');
  for (const [component, file] of Object.entries(FILES)) expect(readFileSync(join(place, file), 'utf8')).toBe(component);
});

it('lists releases, oldest first', async () => expect(await script('list_versions')).toBe('1.9.0\n1.70.0\n'));

it('refuses what is not as the manifest says', async () => {
  await expect(install('1.71.0')).rejects.toThrow(/is not what the manifest says it is/);
});

it('says that there is no such version', async () => {
  await expect(install('1.99.0')).rejects.toThrow("Rust's distribution can't be reached from here, or has no 1.99.0");
});
