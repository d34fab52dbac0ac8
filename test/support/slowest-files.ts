// The ten files whose tests took longest, at the end of a run: where to look when the suite grows slow.
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const MOST = 10;
const NOTABLE_MS = 1_000;

/** A reporter of vitest's that says nothing unless several files took longer than a second. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const rows = modules
      .map((module) => ({ file: relative(process.cwd(), module.moduleId), ms: elapsed(module) }))
      .filter(({ ms }) => ms > NOTABLE_MS)
      .sort((a, b) => b.ms - a.ms);
    if (rows.length < 2) return;
    const lines = rows.slice(0, MOST).map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
    process.stdout.write(`\n Slowest files\n${lines.join('\n')}\n`);
  }
}

function elapsed(module: TestModule): number {
  const { duration, setupDuration, collectDuration } = module.diagnostic();
  return duration + setupDuration + collectDuration;
}
