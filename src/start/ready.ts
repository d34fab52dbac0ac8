// Ready means that /healthz answers 200; ready.json tells others where everything is.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Ready {
  api_url: string;
  git_url: string;
  router_url: string;
  rendezvous_url: string;
  token_file: string;
  pid: number;
}

const LOOK_EVERY_MS = 50;
const TELL_EVERY_MS = 10_000;

/** Waits for a 200; `tell` hears every 10 s what isn't up yet. Throws after `limitMs`, if given, or when cancelled. */
export async function untilHealthy(o: { url: string; tell: (what: string) => void; limitMs?: number; signal: AbortSignal }): Promise<void> {
  const began = Date.now();
  let told = began;
  for (;;) {
    const trouble = await health(o.url);
    if (trouble === undefined) return;
    if (o.limitMs !== undefined && Date.now() - began > o.limitMs)
      throw new Error(`Not everything came up within ${o.limitMs / 1000} s: ${trouble}`);
    if (Date.now() - told > TELL_EVERY_MS) {
      told = Date.now();
      o.tell(trouble);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: o.signal });
  }
}

/** Writes ready.json whole, so that nobody reads half of it. */
export function writeReady(home: string, ready: Ready): void {
  const file = join(home, 'ready.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(ready)}\n`, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}

export function removeReady(home: string): void {
  rmSync(join(home, 'ready.json'), { force: true });
}

/** What isn't up; undefined when all is. With node:http, since `fetch` would stay in memory for good. */
function health(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const silent = () => resolve("the API doesn't answer yet");
    const asked = get(`${url}/healthz`, { timeout: 3_000 }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('error', silent);
      answer.on('end', () => resolve(answer.statusCode === 200 ? undefined : troubleOf(text)));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', silent);
  });
}

/** What /healthz says isn't up, in words. */
function troubleOf(text: string): string {
  try {
    const { problems } = JSON.parse(text) as { problems?: unknown };
    if (Array.isArray(problems)) return problems.join(', ');
  } catch {
    // Not ours: shown as it is.
  }
  return text.slice(0, 200);
}
