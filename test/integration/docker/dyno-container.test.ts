// What a program finds inside a dyno, and what it can't do there.
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createDynoContainer,
  killContainer,
  readExit,
  removeContainer,
  startDynoContainer,
  waitForExit,
} from '../../../src/docker/dyno/dyno-container.js';
import { dynoMessage, waitingContainer, type DynoSpec, type OnNetwork } from '../../../src/docker/dyno/dyno-spec.js';
import { testEngine } from '../../support/engine.js';
import { ensureNetwork, type Network } from '../../../src/docker/network/network.js';
import { ensureSlugImage } from '../../../src/docker/image/slug-image.js';
import { createWaitingDyno } from '../../../src/docker/dyno/waiting-dyno.js';
import { terminateProcesses } from '../../../src/docker/dyno/terminate-processes.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { aDyno as aDynoOn } from './a-dyno.js';
import { buildImage, runImage } from './images.js';
import { makeSlug } from './make-slug.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const engine = testEngine();
let network: Network;

beforeAll(async () => {
  network = await ensureNetwork(engine, { homeId, kind: 'dynos' });
});

afterAll(async () => {
  await removeDockerObjects(engine, homeId);
});

async function slugImage(files: Record<string, string>): Promise<string> {
  const slug = await makeSlug(files);
  return ensureSlugImage(engine, { homeId, runImage, layers: [{ ...slug, open: async () => Readable.from([slug.archive]) }] });
}

const create = (command: string, image = runImage) => createDynoContainer(engine, aDyno(command, image));

function aDyno(command: string, image: string): DynoSpec & OnNetwork {
  return aDynoOn({ homeId, network: network.id }, command, { image, configVars: { GREETING: 'hi there' } });
}

/** Runs a command as a dyno: what it printed, and its exit status. */
async function run(command: string, image = runImage): Promise<{ status: number | null; lines: string[] }> {
  const containerId = await create(command, image);
  await startDynoContainer(engine, containerId);
  return readEnd(containerId);
}

/** The same in a container that waits for the command and these files; it is told before it starts, or after. */
async function runWaiting(
  command: string,
  o: { image?: string; files: Buffer[]; tell: 'before' | 'after' },
): Promise<{ status: number | null; lines: string[] }> {
  const spec = aDyno(command, o.image ?? runImage);
  const waiting = await createWaitingDyno(engine, spec);
  if (o.tell === 'before') waiting.tell(spec, o.files);
  const { isRunning } = await waiting.start();
  // What has been told all may have ended by now.
  if (o.tell === 'after') {
    expect(isRunning).toBe(true);
    waiting.tell(spec, o.files);
  }
  return readEnd(waiting.containerId);
}

/** The same, told just these bytes. */
async function runTold(spec: DynoSpec & OnNetwork, bytes: Buffer): Promise<{ status: number | null; lines: string[] }> {
  const container = await engine.createContainer({ ...waitingContainer(spec), name: `slipway-${randomUUID()}` });
  const stdin = await container.attach({ stream: true, hijack: true, stdin: true });
  await startDynoContainer(engine, container.id);
  stdin.end(bytes);
  return readEnd(container.id);
}

async function readEnd(containerId: string): Promise<{ status: number | null; lines: string[] }> {
  const { status } = await waitForExit(engine, containerId);
  const raw = (await engine.getContainer(containerId).logs({ stdout: true, stderr: true })) as Buffer;
  const lines: string[] = [];
  for (let at = 0; at < raw.length; at += 8 + raw.readUInt32BE(at + 4))
    lines.push(
      raw
        .subarray(at + 8, at + 8 + raw.readUInt32BE(at + 4))
        .toString()
        .trimEnd(),
    );
  return { status, lines };
}

describe('its start', () => {
  test('sources .profile.d in order and .profile, forgiving ones included, then runs the command', async () => {
    const image = await slugImage({
      '.profile.d/10-first.sh': 'export ORDER="${ORDER}1"; echo $UNSET; [ -n "$NOPE" ] && return; set -- changed',
      '.profile.d/20-second.sh': 'ORDER="${ORDER}2"; return 3',
      '.profile.d/notes.txt': 'exit 9',
      '.profile': 'ORDER="${ORDER}p"; export PATH="$HOME/bin:$PATH"',
      'bin/tool.sh': '#!/bin/bash\necho tool "$@"',
    });
    const { status, lines } = await run('tool.sh "$ORDER" "$GREETING" $PWD; echo "$# ${slipway_command-none} $0"; exit 5', image);
    expect(lines).toEqual(['', 'tool 12p hi there /app', '0 none bash']);
    expect(status).toBe(5);
  });

  test('needs no profile, and says 127 for a command that is not there, 126 for one that may not run', async () => {
    expect(await run('echo $DYNO $PORT')).toEqual({ status: 0, lines: ['web.1 12345'] });
    expect((await run('no-such-command')).status).toBe(127);
    expect((await run('/etc/passwd')).status).toBe(126);
    expect((await run('kill -9 $$')).status).toBe(137);
  });

  test.each(['before', 'after'] as const)(
    'unpacks the files it is given %s it starts, over those of its image; the app reads nothing on stdin',
    async (tell) => {
      const image = await slugImage({ 'kept.txt': 'of the image', 'both.txt': 'of the image' });
      const packages = await makeSlug({ 'both.txt': 'of the packages', 'bin/tool.sh': '#!/bin/bash\necho old' });
      const own = await makeSlug({
        'both.txt': 'unpacked',
        '.profile.d/a.sh': 'export SEEN=yes',
        'bin/tool.sh': '#!/bin/bash\necho "$SEEN $(cat)."',
      });
      const { status, lines } = await runWaiting(
        'cat kept.txt both.txt; echo; bin/tool.sh; stat -c "%u %a %Y" bin/tool.sh .; echo "$GREETING $PORT $PWD $0 ' +
          '$#"; tr "\\0" " " </proc/$$/cmdline',
        { image, files: [packages.archive, own.archive], tell },
      );
      const text = 'of the imageunpacked\nyes .\n20000 755 0\n20000 755 0\nhi there 12345 /app bash 0\n';
      expect({ status, text: lines.join('\n') }).toEqual({
        status: 0,
        text: expect.stringMatching(new RegExp(`^${text}bash -c cat kept`)),
      });
    },
  );

  test('of files that did not all arrive is none: status 70', async () => {
    const { archive } = await makeSlug({ 'a.txt': randomBytes(50_000).toString('hex') });
    expect((await runWaiting('echo started', { files: [archive.subarray(0, 20_000)], tell: 'before' })).status).toBe(70);
    expect((await runWaiting('echo started', { files: [Buffer.alloc(0)], tell: 'after' })).status).toBe(70);
    const spec = aDyno('echo started', runImage);
    const message = Buffer.concat(dynoMessage(spec, [archive, archive]));
    for (const missing of [8, 8 + archive.length, 2 * (8 + archive.length), 20_000, message.length - 4]) {
      const { status, lines } = await runTold(spec, message.subarray(0, -missing));
      expect(status).toBe(70);
      expect(lines).not.toContain('started');
    }
    expect(await runTold(spec, message)).toEqual({ status: 0, lines: ['started'] });
  });

  test('is not for config vars to change', async () => {
    const containerId = await createDynoContainer(engine, {
      ...aDyno('echo $PERL5OPT; exit 4', runImage),
      configVars: { PERL5OPT: '-Mnope', PERL5LIB: '/app' },
    });
    await startDynoContainer(engine, containerId);
    expect(await readEnd(containerId)).toEqual({ status: 4, lines: ['-Mnope'] });
  });

  test('writes to /app and /tmp, and nowhere else', async () => {
    const { lines } = await run('touch /app/a /tmp/a && echo ok; touch /etc/a /usr/a /a 2>&1 | grep -c denied');
    expect(lines).toEqual(['ok', '3']);
  });
});

describe('its end', () => {
  test('SIGTERM reaches every process, and what they catch is theirs', async () => {
    const containerId = await create(`python3 -uc '
import os, signal, sys, time
pid = os.fork()
def stop(*a):
  if pid: os.wait()
  print("child" if pid == 0 else "parent", "stops"); sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("ready")
if pid == 0: time.sleep(60)
os.wait()
'`);
    await startDynoContainer(engine, containerId);
    const output = async () => String(await engine.getContainer(containerId).logs({ stdout: true }));
    await expect.poll(output).toMatch(/ready[^]*ready/);
    await terminateProcesses(engine, containerId);
    expect((await waitForExit(engine, containerId)).status).toBe(0);
    expect(await output()).toContain('child stops');
    expect(await output()).toContain('parent stops');
  });

  const output = async (containerId: string) => String(await engine.getContainer(containerId).logs({ stdout: true, stderr: true }));
  /** Takes a second to end once it is told to. */
  const BUSY = `python3 -uc '
import signal, sys, time
def stop(*a): time.sleep(1); print("has closed cleanly", file=sys.stderr); sys.exit(4)
signal.signal(signal.SIGTERM, stop); print("is ready", file=sys.stderr)
while True: time.sleep(60)'`;

  test.each([
    ['a script that leaves at once', `trap "exit 3" TERM; ${BUSY} & wait`, 3],
    ['one that is ended by the signal', `${BUSY} & sleep 1000 & wait`, 143],
    ['a pipeline', `${BUSY} | sleep 1000`, 143],
    ['a runner whose own children leave first', `trap "exit 5" TERM; (${BUSY}) & (sleep 1000) & wait`, 5],
    ['what has left its group and its parent', `trap "exit 6" TERM; setsid -f ${BUSY}; while :; do sleep 0.1; done`, 6],
  ])('what is still there when %s leaves has its time', async (_what, command, status) => {
    const containerId = await create(command);
    await startDynoContainer(engine, containerId);
    await expect.poll(() => output(containerId)).toContain('is ready');
    await terminateProcesses(engine, containerId);
    expect((await waitForExit(engine, containerId)).status).toBe(status);
    expect(await output(containerId)).toContain('has closed cleanly');
  });

  test('the same of one that waited, and when the engine is told to stop it', async () => {
    const spec = aDyno(`trap "exit 3" TERM; ${BUSY} & wait`, runImage);
    const waiting = await createWaitingDyno(engine, spec);
    await waiting.start();
    waiting.tell(spec, []);
    await expect.poll(() => output(waiting.containerId)).toContain('is ready');
    await engine.getContainer(waiting.containerId).stop({ t: 20 });
    expect((await readExit(engine, waiting.containerId)).status).toBe(3);
    expect(await output(waiting.containerId)).toContain('has closed cleanly');
  });

  test('by itself it ends with its command, whatever that has left behind or signals to its group', async () => {
    expect((await run('sleep 1000 & exit 5')).status).toBe(5);
    expect((await run('sleep 1000 & trap "exit 8" TERM; kill -TERM 0; sleep 1000')).status).toBe(8);
    expect((await run('trap "" TERM; sleep 1000 & sleep 0.3; kill -TERM -1; exit 7')).status).toBe(7);
  });

  test('it stops as well while it waits to be told what it is', async () => {
    const waiting = await createWaitingDyno(engine, aDyno('true', runImage));
    await waiting.start();
    await terminateProcesses(engine, waiting.containerId);
    expect([143, 158]).toContain((await waitForExit(engine, waiting.containerId)).status);
  });

  test('its command hears signals as ever, and finds its pid to be its own', async () => {
    expect((await run('grep -E "^Sig(Ign|Blk)" /proc/self/status')).lines.join('\n').replaceAll('\t', ' ')).toBe(
      'SigBlk: 0000000000000000\nSigIgn: 0000000000000000',
    );
    const image = await slugImage({ '.profile.d/pid.sh': '[ $$ = $BASHPID ] && echo own' });
    expect(await run('[ $$ = $BASHPID ] && echo own; kill -KILL $$', image)).toEqual({ status: 137, lines: ['own', 'own'] });
  });

  test('signals and removals of what has ended, or never was, are no errors', async () => {
    const containerId = await create('true');
    await startDynoContainer(engine, containerId);
    await waitForExit(engine, containerId);
    await terminateProcesses(engine, containerId);
    await killContainer(engine, containerId);
    await removeContainer(engine, containerId);
    await removeContainer(engine, containerId);
    await terminateProcesses(engine, containerId);
    expect(await readExit(engine, containerId)).toEqual({ status: null, outOfMemory: false, ranMs: 0, isRunning: false });
  });
});

describe('its limits', () => {
  const python = async (...code: string[]) => (await run(`python3 -uc '${code.join('\n')}'`)).lines.join('\n');

  test('not root, no capability, no new privileges, a filter on system calls', async () => {
    const { lines } = await run('id -u; id -g; grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status | tr -s "\\t " " "');
    expect(lines.join('\n').split('\n')).toEqual([
      '20000',
      '20000',
      'CapEff: 0000000000000000',
      'CapBnd: 0000000000000000',
      'NoNewPrivs: 1',
      'Seccomp: 2',
    ]);
  });

  test('no namespaces, no keyring, no io_uring, no vsock, no bpf, no mounts', async () => {
    const output = await python(
      'import ctypes, errno, os, socket',
      'libc = ctypes.CDLL(None, use_errno=True)',
      'def call(name, *a):',
      '  ctypes.set_errno(0); libc.syscall(*a); print(name, errno.errorcode.get(ctypes.get_errno(), "ok"))',
      'for flag in (0x10000000, 0x20000, 0x40000000): call("unshare", 272, flag)',
      'call("clone", 56, 0x10000011, 0, 0, 0, 0)',
      'call("clone3", 435, 0, 0)',
      'call("keyctl", 250, 0, -3, 0)',
      'call("io_uring_setup", 425, 8, 0)',
      'call("bpf", 321, 0, 0, 0)',
      'call("mount", 165, 0, 0, 0, 0, 0)',
      'call("userfaultfd", 323, 0)',
      'call("perf_event_open", 298, 0, 0, -1, -1, 0)',
      'try: socket.socket(40, socket.SOCK_STREAM); print("vsock ok")',
      'except OSError as e: print("vsock", errno.errorcode[e.errno])',
    );
    expect(output.split('\n')).toEqual([
      'unshare EPERM',
      'unshare EPERM',
      'unshare EPERM',
      'clone EPERM',
      'clone3 ENOSYS',
      'keyctl EPERM',
      'io_uring_setup ENOSYS',
      'bpf EPERM',
      'mount EPERM',
      'userfaultfd EPERM',
      'perf_event_open EPERM',
      'vsock EPERM',
    ]);
  });

  test('as many processes as its size has, then no more', async () => {
    const output = await python(
      'import os, time',
      'n = 0',
      'try:',
      '  while n < 1000:',
      '    if os.fork() == 0: time.sleep(30); os._exit(0)',
      '    n += 1',
      'except OSError: pass',
      'print("forked", n)',
    );
    const forked = Number(/forked (\d+)/.exec(output)?.[1]);
    expect(forked).toBeGreaterThan(200);
    expect(forked).toBeLessThan(256);
  });

  test('what languages need works: threads, pools of processes, Node with workers', async () => {
    expect(
      await python(
        'import threading, multiprocessing as m',
        't = threading.Thread(target=lambda: print("thread")); t.start(); t.join()',
        'p = m.Pool(2); print(p.map(abs, [-1, -2])); p.close()',
      ),
    ).toBe('thread\n[1, 2]');
    const node =
      `new (require("worker_threads").Worker)("console.log(1 + 1)", { eval: true }); require("child_process").exec("echo ` +
      `child", (e, out) => console.log(out.trim())); require("fs").watch("/tmp").close()`;
    expect((await run(`/opt/node/bin/node -e '${node}'`, buildImage)).lines.sort()).toEqual(['2', 'child']);
  });
});
