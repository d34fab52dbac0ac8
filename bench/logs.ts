// A dyno that prints as fast as it can, tailed through the whole platform: lines a second, CPU, and whether each line
// came or was counted.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { anApp } from '../test/support/workspace.js';
import type { Platform } from '../test/support/platform.js';
import type { Bench } from './support/bench.js';
import { cpuSeconds, rssMib } from './support/readings.js';

const LINES = 2_000_000;
const TEXT = 'request handled in 12 ms status=200 path=/api/v1/items';
/** What the engine writes for a line, to count lines where only bytes are known. */
const RECORD_BYTES = TEXT.length + '{"log":"\\n","stream":"stdout","time":"2026-03-13T15:08:07.123456789Z"}\n'.length;
const QUIET_MS = 5_000;
const FILES = {
  Procfile: 'web: node server.js\nflood: sh flood.sh\n',
  'package.json': '{"name":"flood","version":"1.0.0"}\n',
  'server.js': "require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT);\n",
  'flood.sh': `yes '${TEXT}' | head -n ${LINES}\nsleep 3600\n`,
};

interface Tail {
  lines: number;
  dropped: number;
  firstAt: number;
  lastAt: number;
  stop(): void;
}

export const logs: Bench = {
  name: 'logs',
  about: `A dyno that prints ${LINES.toLocaleString('en')} lines at once, tailed`,
  async run(platform, note) {
    const app = await anApp(platform, 'bench-logs', FILES);
    const pushed = await app.push('main');
    if (pushed.code !== 0) throw new Error(pushed.output);
    const session = await app.api<{ logplex_url: string }>('POST', '/log-sessions', { tail: true, lines: 1, dyno: 'flood' });
    const losses = await app.api<{ logplex_url: string }>('POST', '/log-sessions', { tail: true, lines: 1, dyno: 'logplex' });
    const pids = { web: platform.pid('web'), dynos: platform.pid('dynos'), logplex: platform.pid('logplex'), redis: redisPid(platform) };
    const before = Object.values(pids).map(cpuSeconds);
    const tail = openTail(session.logplex_url);
    const lossTail = openTail(losses.logplex_url);
    await app.api('PATCH', '/formation/flood', { quantity: 1 });
    await untilQuiet(tail, lossTail);
    const used = Object.entries(pids).map(([name, pid], n) => ({ name, cpuS: cpuSeconds(pid) - (before[n] ?? 0), mib: rssMib(pid) }));
    const dropped = tail.dropped + lossTail.dropped;
    for (const each of used)
      note(`${each.name.padEnd(8)} ${((each.cpuS / tail.lines) * 1e6).toFixed(2)} CPU s a million lines, RSS ${Math.round(each.mib)} MiB`);
    note(`${tail.lines} lines came, ${dropped} were counted as dropped, ${LINES - tail.lines - dropped} are unaccounted for`);
    tail.stop();
    lossTail.stop();
    await platform.api('DELETE', '/apps/bench-logs');
    await app.remove();
    const perS = (tail.lines / (tail.lastAt - tail.firstAt)) * 1_000;
    return [
      {
        what: 'log lines a second, tailed',
        floor: '100k',
        ours: `${Math.round(perS / 1_000)}k`,
        ratio: perS / 100_000,
        target: { least: 1 },
      },
      {
        what: 'lines that came or were counted',
        floor: String(LINES),
        ours: String(tail.lines + dropped),
        ratio: (tail.lines + dropped) / LINES,
        target: { least: 0.99 },
      },
    ];
  },
};

/** Counts the flood's lines, and what L11 and L12 say was dropped. */
function openTail(url: string): Tail {
  const tail: Tail = { lines: 0, dropped: 0, firstAt: 0, lastAt: 0, stop: () => call.destroy() };
  let rest = '';
  const call = get(url, (response) => {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const text = rest + chunk;
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      count(tail, text.slice(0, end));
    });
    response.on('error', () => undefined);
  });
  call.on('error', () => undefined);
  return tail;
}

function count(tail: Tail, text: string): void {
  const now = Date.now();
  for (const line of text.split('\n')) {
    if (line.includes(' app[flood.1]: ')) tail.lines += 1;
    else if (line.includes(' heroku[logplex]: ')) tail.dropped += droppedBy(line);
  }
  if (tail.lines > 0) tail.firstAt ||= now;
  tail.lastAt = now;
}

/** `222 messages`, `about 5000 bytes of output`, or both. */
function droppedBy(line: string): number {
  const bytes = Number(/about (\d+) bytes/.exec(line)?.[1] ?? 0);
  return Number(/(\d+) messages/.exec(line)?.[1] ?? 0) + Math.round(bytes / RECORD_BYTES);
}

async function untilQuiet(...tails: Tail[]): Promise<void> {
  const sum = () => tails.reduce((total, tail) => total + tail.lines + tail.dropped, 0);
  for (let last = -1; sum() === 0 || sum() !== last;) {
    last = sum();
    await sleep(QUIET_MS);
  }
}

function redisPid(platform: Platform): number {
  return Number(readFileSync(join(platform.home, 'redis/redis.pid'), 'utf8'));
}
