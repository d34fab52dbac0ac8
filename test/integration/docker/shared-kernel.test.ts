// What one dyno may take of the kernel's, and what that leaves to others.
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynoContainer, startDynoContainer, waitForExit } from '../../../src/docker/dyno/dyno-container.js';
import { ensureNetwork, type Network } from '../../../src/docker/network/network.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { seccompProfile } from '../../../src/docker/seccomp.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { testEngine } from '../../support/engine.js';
import { runImage } from './images.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();
let network: Network;

beforeAll(async () => void (network = await ensureNetwork(engine, { homeId, kind: 'dynos' })));
afterAll(() => removeDockerObjects(engine, homeId));

/** What a program prints in a dyno with this much memory. */
async function run(program: string, memoryMb: number): Promise<string> {
  const containerId = await createDynoContainer(engine, {
    homeId,
    app: { id: 'app', name: 'demo', domain: 'localhost' },
    dyno: { id: randomUUID(), name: 'web.1', command: 'python3 -c "$PROGRAM"', port: 12_345 },
    release: { version: 1, createdAt: new Date() },
    slug: { commit: null },
    size: { ...SIZES.default, memoryMb },
    configVars: { PROGRAM: program },
    image: runImage,
    own: null,
    network: network.id,
    seccomp: seccompProfile(),
    caBundle: null,
  });
  await startDynoContainer(engine, containerId);
  await waitForExit(engine, containerId);
  return String(await engine.getContainer(containerId).logs({ stdout: true, stderr: true }))
    .replace(/^.{8}/s, '')
    .trim();
}

/** Sends to itself what nobody reads, over as many connections as it takes, and says how much the kernel holds for it. */
const HOARD = `
import socket, time
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
