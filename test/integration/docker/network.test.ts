// A dyno reaches the internet, and nothing of the host, its neighbours or the private networks around.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caOptions, findCaBundle } from '../../../src/docker/ca-bundle.js';
import { testEngine } from '../../support/engine.js';
import { HOME_LABEL } from '../../../src/docker/labels.js';
import { deadRules } from '../../../src/docker/network/firewall-rules.js';
import { ensureNetwork, type Network } from '../../../src/docker/network/network.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { buildImage, runImage } from './images.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();
let network: Network;
let host: Server;

beforeAll(async () => {
  network = await ensureNetwork(engine, { homeId, kind: 'dynos' });
  host = createServer((_, response) => response.end('host')).listen(0, '0.0.0.0');
});

afterAll(async () => {
  host.close();
  await removeDockerObjects(engine, homeId);
  for (const command of ['iptables', 'ip6tables'])
    expect(execFileSync(command, ['-S'], { encoding: 'utf8' })).not.toContain(network.bridge);
});

/** Runs a command on the bridge as a dyno's user; what it printed, and how it ended. */
async function runIn(image: string, command: string): Promise<{ status: number; output: string }> {
  const ca = caOptions(findCaBundle());
  const container = await engine.createContainer({
    Image: image,
    Cmd: ['bash', '-c', command],
    User: '20000',
    Tty: true,
    Env: Object.entries({ ...ca.env, HOME: '/tmp' }).map(([key, value]) => `${key}=${value}`),
    Labels: { [HOME_LABEL]: homeId },
    HostConfig: { NetworkMode: network.id, Binds: ca.binds, CapDrop: ['ALL'] },
  });
  await container.start();
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  const output = String(await container.logs({ stdout: true, stderr: true }));
  await container.remove({ force: true });
  return { status: StatusCode, output };
}

const reach = (host: string, port: number) =>
  runIn(runImage, `timeout 2 bash -c 'exec 3<>/dev/tcp/${host}/${port}' && echo reached || echo blocked`);

test('is found again, not made twice, and its rules are filled once', async () => {
  const again = await ensureNetwork(engine, { homeId, kind: 'dynos' });
  expect(again).toEqual(network);
  const rules = execFileSync('iptables', ['-S'], { encoding: 'utf8' });
  expect(rules.split('\n').filter((rule) => rule.includes(`-i ${network.bridge} -j SLIPWAY-`))).toHaveLength(2);
});

test('lets a dyno reach a package registry by its name', async () => {
  const { status, output } = await runIn(buildImage, 'PATH=/opt/node/bin:$PATH npm view semver@7.7.2 version');
  expect(output).toContain('7.7.2');
  expect(status).toBe(0);
});

test('keeps a dyno from the host: by the gateway, by loopback, by metadata address', async () => {
  const port = (host.address() as AddressInfo).port;
  const { IPAM } = (await engine.getNetwork(network.id).inspect()) as { IPAM: { Config: { Gateway: string }[] } };
  const gateway = IPAM.Config[0]!.Gateway;
  await expect(fetch(`http://${gateway}:${port}`).then((response) => response.text())).resolves.toBe('host');
  const targets: [string, number][] = [
    [gateway, port],
    ['127.0.0.1', port],
    ['169.254.169.254', 80],
    [gateway, 53],
    ['172.17.0.1', port],
  ];
  const ends = await Promise.all(
    targets.map(async ([address, at]) => `${address}:${at} ${(await reach(address, at)).output.trim().split('\n').at(-1)}`),
  );
  expect(ends).toEqual(targets.map(([address, at]) => `${address}:${at} blocked`));
});

test('keeps dynos from each other, while the host reaches both', async () => {
  const server = await engine.createContainer({
    Image: runImage,
    Cmd: ['python3', '-m', 'http.server', '5000'],
    Labels: { [HOME_LABEL]: homeId },
    HostConfig: { NetworkMode: network.id, Init: true },
  });
  await server.start();
  const { NetworkSettings } = await server.inspect();
  const address = Object.values(NetworkSettings.Networks)[0]!.IPAddress;
  await expect
    .poll(() =>
      fetch(`http://${address}:5000`).then(
        (response) => response.status,
        () => 0,
      ),
    )
    .toBe(200);
  expect((await reach(address, 5000)).output).toContain('blocked');
});

test('what a home has filled and jumps to again is not taken away by another, which found only its old bridge', () => {
  const [old, now, chain] = ['br-000000000001', 'br-000000000002', 'SLIPWAY-aaaaaaaaaaaa-FW'];
  const jump = (bridge: string) => `INPUT -i ${bridge} -j ${chain}`;
  const [text] = deadRules(`-A ${jump(old)}`, []);
  const remove = `printf '${text!.replaceAll('\n', '\\n')}' | iptables-restore --noflush 2>/dev/null; iptables -S | grep -c SLIPWAY || true`;
  const filled = `iptables -N ${chain}; iptables -A ${chain} -d 10.0.0.0/8 -j DROP; iptables -A ${jump(old)}; iptables -A ${jump(now)}`;
  const script = `${filled}; ${remove}; iptables -D ${jump(now)}; ${remove}`;
  // Rules of a network of its own: nobody else's.
  expect(execFileSync('unshare', ['-n', 'bash', '-c', script], { encoding: 'utf8' })).toBe('4\n0\n');
});
