// Runs in namespaces of its own (mounts, processes, network): there no engine runs, and the machine's isn't touched.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
let dir = '';
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'slipway-test-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Runs a shell script as the only inhabitant of a machine without an engine, with `ensureEngine` as `node "$ENSURE"`. */
async function onBareMachine(script: string): Promise<string> {
  const prepare = [
    'for d in /run /var/log; do mount -t tmpfs none $d; done',
    'mkdir -p "$DIR/docker" && mount --bind "$DIR/docker" /var/lib/docker',
    script,
    'kill $(cat /run/docker.pid) 2>/dev/null || true; for i in $(seq 100); do [ -e /run/docker.pid ] || break; sleep 0.05; done',
  ].join('\n');
  const ensure = join(ROOT, 'test/fixtures/ensure-engine.mjs');
  const env = { ...process.env, DIR: dir, ENSURE: ensure, DOCKER_HOST: '' };
  const { stdout } = await promisify(execFile)('unshare', ['--mount', '--net', '--pid', '--fork', '--mount-proc', 'sh', '-euc', prepare], {
    env,
  });
  return stdout;
}

test('an engine is started, also over the pid files of a killed one that name other processes by now', async () => {
  const said = await onBareMachine(
    [
      'sleep 60 & other=$!',
      'mkdir -p /run/docker/containerd && echo $other > /run/docker.pid && echo $other > ' +
        '/run/docker/containerd/containerd.pid && touch /run/docker/containerd/containerd.sock',
      'node "$ENSURE"',
      'node "$ENSURE"', // the second finds it running
      'kill -9 $(cat /run/docker.pid); sleep 0.1',
      'node "$ENSURE"', // containerd survived, the pid file is stale
      'kill -9 $(cat /run/docker.pid) $(cat /run/docker/containerd/containerd.pid); sleep 0.1',
      'node "$ENSURE"',
      'kill $other',
    ].join('\n'),
  );
  expect(said.split('\n').filter((line) => /^(started|found)/.test(line))).toEqual(['started', 'found ours', 'started', 'started']);
});

test('an engine of ours that is stuck is ended and started again, and what runs in it runs on', async () => {
  const said = await onBareMachine(`node "${join(ROOT, 'test/fixtures/stuck-engine.mjs')}"`);
  expect(said.split('\n').filter((line) => !line.startsWith('at=') && line !== '')).toContain('the container runs on');
  expect(said).toMatch(/^at=engine-stuck .*docker network ls hangs; Docker is restarted, dynos run on/m);
  expect(said).toMatch(/^at=daemon-restarted daemon=docker/m);
});

test("a DOCKER_HOST that doesn't answer is told, not replaced", async () => {
  const failure = await promisify(execFile)('node', [join(ROOT, 'test/fixtures/ensure-engine.mjs')], {
    env: { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:1' },
  }).catch((error: { stderr: string }) => error.stderr);
  expect(failure).toContain('No Docker engine answers at DOCKER_HOST=tcp://127.0.0.1:1: start it, or unset DOCKER_HOST');
});
