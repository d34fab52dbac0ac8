// A step of a Dockerfile has NET_RAW: it may make its own packets. Over IPv6 no rule of iptables sees them.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { execFileSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testEngine } from '../support/engine.js';
import { HOME_LABEL } from '../../src/docker/labels.js';
import { ensureNetwork, type Network } from '../../src/docker/network/network.js';
import { removeDockerObjects } from '../../src/docker/remove-docker-objects.js';
import { runImage } from '../integration/docker/images.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();
let network: Network;
let host: Server;

beforeAll(async () => {
  network = await ensureNetwork(engine, { homeId, kind: 'builds' });
  host = createServer((socket) => socket.end('host')).listen(0, '::');
  await once(host, 'listening');
});

afterAll(async () => {
  host.close();
  await removeDockerObjects(engine, homeId);
});

/** What a container on the bridge, as root and with IPv6 switched on again, hears from the host at its link-local address. */
async function reachOver(address: string, port: number): Promise<string> {
  const command = `python3 - <<'END'
import socket
try:
    print('reached', socket.create_connection(('${address}%eth0', ${port}), timeout=3).recv(9))
except OSError as error:
    print('blocked', error)
END`;
  const container = await engine.createContainer({
    Image: runImage,
    Cmd: ['bash', '-c', command],
    Tty: true,
    Labels: { [HOME_LABEL]: homeId },
    HostConfig: {
      NetworkMode: network.id,
      CapAdd: ['NET_ADMIN', 'NET_RAW'],
      Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '0', 'net.ipv6.conf.default.disable_ipv6': '0', 'net.ipv6.conf.eth0.accept_dad': '0' },
    },
  });
  await container.start();
  await container.wait();
  const output = String(await container.logs({ stdout: true, stderr: true }));
  await container.remove({ force: true });
  return output;
}

it('the host has no IPv6 address on the bridge, and answers none that is guessed', async () => {
  const { port } = host.address() as AddressInfo;
  expect((networkInterfaces()[network.bridge] ?? []).filter(({ family }) => family === 'IPv6')).toEqual([]);
  const [, mac = ''] = /link\/ether (\S+)/.exec(execFileSync('ip', ['link', 'show', network.bridge], { encoding: 'utf8' })) ?? [];
  expect(await reachOver(linkLocalOf(mac), port)).toContain('blocked');
});

it('the rules stay when somebody gives the bridge its address back', async () => {
  const { port } = host.address() as AddressInfo;
  execFileSync('sysctl', ['-qw', `net.ipv6.conf.${network.bridge}.disable_ipv6=0`]);
  execFileSync('ip', ['-6', 'addr', 'add', 'fe80::77/64', 'dev', network.bridge, 'nodad']);
  expect(await reachOver('fe80::77', port)).toContain('blocked');
});

/** The address that a device gives itself (RFC 4291, appendix A). */
function linkLocalOf(mac: string): string {
  const bytes = mac.split(':').map((part) => Number.parseInt(part, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  const words = [((a ^ 2) << 8) | b, (c << 8) | 0xff, (0xfe << 8) | d, (e << 8) | f];
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`;
}
