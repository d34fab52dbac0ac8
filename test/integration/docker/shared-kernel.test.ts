// What one dyno may take of the kernel's, and what that leaves to others.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynoContainer, startDynoContainer, waitForExit } from '../../../src/docker/dyno/dyno-container.js';
import { createWithDiskQuota } from '../../../src/docker/dyno/disk-quota.js';
import { dynoContainer } from '../../../src/docker/dyno/dyno-spec.js';
import { ensureNetwork, type Network } from '../../../src/docker/network/network.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { testEngine } from '../../support/engine.js';
import { aDyno } from './a-dyno.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();
let network: Network;

beforeAll(async () => void (network = await ensureNetwork(engine, { homeId, kind: 'dynos' })));
afterAll(() => removeDockerObjects(engine, homeId));

/** What a program prints in a dyno with this much memory. */
async function run(program: string, memoryMb: number): Promise<string> {
  const size = { ...SIZES.default, memoryMb };
  const dyno = aDyno({ homeId, network: network.id }, 'python3 -c "$PROGRAM"', { size, configVars: { PROGRAM: program } });
  const containerId = await createDynoContainer(engine, dyno);
  await startDynoContainer(engine, containerId);
  await waitForExit(engine, containerId);
  return String(await engine.getContainer(containerId).logs({ stdout: true, stderr: true }))
    .replace(/^.{8}/s, '')
    .trim();
}

/**
 * Sends to itself what nobody reads, over as many connections as it takes, and says how much the kernel holds for it. It begins when its
 * limit is there: sockets that were opened before aren't counted, and on a busy machine it may be the faster one.
 */
const HOARD = `
import os, socket, time
limit = '/sys/fs/cgroup/memory/memory.kmem.tcp.limit_in_bytes'
until = time.monotonic() + 30
while os.path.exists(limit) and int(open(limit).read()) > 1 << 40 and time.monotonic() < until: time.sleep(0.01)
server = socket.create_server(('127.0.0.1', 0), backlog=4096)
kept, sent = [], 0
until = time.monotonic() + 20
while sent < 400 << 20 and len(kept) < 200 and time.monotonic() < until:
    one = socket.create_connection(server.getsockname())
    kept += [one, server.accept()[0]]
    one.setblocking(False)
    try:
        while True: sent += one.send(bytes(1 << 20))
    except BlockingIOError: pass
print(sent >> 20)
`;

test('data that waits in its sockets is within its limits', { timeout: 120_000 }, async () => {
  const heldMb = await run(HOARD, 128);
  expect(heldMb).toMatch(/^\d+$/);
  expect(Number(heldMb)).toBeLessThan(128);
});

test('an engine that looks as if it limited disks, and does not, makes dynos all the same', async () => {
  const other = testEngine();
  const options = { ...dynoContainer(aDyno({ homeId, network: network.id }, 'true')) };
  const { id } = await createWithDiskQuota(other, options, { diskMb: 100 }, async () => true);
  expect((await engine.getContainer(id).inspect()).HostConfig.StorageOpt ?? null).toBeNull();
});
