// A dyno that prints faster than its lines are taken is never blocked; what it loses is counted.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { followFiles } from '../../../src/dynos/output/follow-files.js';
import type { Sender } from '../../../src/dynos/output/sender.js';
import { makeDynos } from './dynos.js';

const LINES = 1_000_000;
const RECORD_BYTES = '{"log":"123456\\n","stream":"stdout","time":"2026-03-13T15:08:07.123456789Z"}\n'.length;
const dynos = makeDynos();
afterAll(() => dynos.removeAll());

test('what was sent and what was dropped make up the whole', async () => {
  const dyno = await dynos.run(`seq 1 ${LINES}`, { maxSize: '10m', maxFiles: 3 });
  const { LogPath: path } = await dynos.engine.getContainer(dyno.id).inspect();
  const sent: string[] = [];
  const slowSender: Sender = {
    load: async () => '',
    async send(lines) {
      sent.push(...lines);
      await sleep(20);
      return 'appended';
    },
    forget: async () => undefined,
  };
  const follower = followFiles({ ps: 'web.1', sender: slowSender, signal: new AbortController().signal, path, maxFiles: 3 });
  await dyno.ended();
  await follower.finish();

  const notices = sent.filter((line) => line.includes(' heroku[logplex]: '));
  const dropped = notices.map((line) =>
    /: Error L12: (?:(\d+) messages)?(?: and )?(?:about (\d+) bytes of output)? dropped since 2/.exec(line),
  );
  expect(dropped.length).toBeGreaterThan(0);
  expect(dropped).not.toContain(null);
  const messages = dropped.reduce((sum, match) => sum + Number(match?.[1] ?? 0), sent.length - notices.length);
  // Files that went before they could be opened are known by their size only.
  const bytes = dropped.reduce((sum, match) => sum + Number(match?.[2] ?? 0), 0);
  expect(Math.abs(messages + bytes / RECORD_BYTES - LINES)).toBeLessThan(bytes === 0 ? 1 : LINES / 100);
  expect(sent.at(-1)).toMatch(/ app\[web\.1\]: 1000000$/);
});
