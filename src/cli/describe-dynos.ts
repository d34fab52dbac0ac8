// The text of `paas ps`: dynos under a head for each command.
import { timeAndAge } from './age.js';
import type { DynoResource } from './resources.js';
import type { Style } from './terminal.js';

interface Look {
  now: Date;
  paint(style: Style, text: string): string;
}

/** `=== web (Basic): npm start (1)`, its dynos, a blank line, the next; one-off dynos first. */
export function describeDynos(dynos: DynoResource[], look: Look): string[] {
  const sorted = [...dynos].sort((a, b) => a.type.localeCompare(b.type) || numberOf(a) - numberOf(b));
  const oneOffs = sorted.filter((dyno) => dyno.type === 'run');
  const groups = groupByCommand(sorted.filter((dyno) => dyno.type !== 'run'));
  const head = (text: string) => look.paint('bold', `=== ${text}`);
  const sections = groups.map((group) => {
    const first = group[0]!;
    return [head(`${first.type} (${first.size}): ${first.command} (${group.length})`), ...group.map((dyno) => `${dyno.name}: ${status(dyno, look)}`)];
  });
  if (oneOffs.length > 0) {
    const lines = oneOffs.map((dyno) => `${dyno.name} (${dyno.size}): ${status(dyno, look)}: ${dyno.command}`);
    sections.unshift([head(`run: one-off processes (${oneOffs.length})`), ...lines]);
  }
  return sections.flatMap((section) => [...section, '']);
}

function groupByCommand(dynos: DynoResource[]): DynoResource[][] {
  const groups = new Map<string, DynoResource[]>();
  for (const dyno of dynos) {
    const key = `${dyno.type}\n${dyno.size}\n${dyno.command}`;
    groups.set(key, [...(groups.get(key) ?? []), dyno]);
  }
  return [...groups.values()];
}

function status(dyno: DynoResource, look: Look): string {
  const state = look.paint(dyno.state === 'up' ? 'green' : dyno.state === 'crashed' ? 'red' : 'yellow', dyno.state);
  return `${state} ${look.paint('dim', timeAndAge(dyno.updated_at, look.now))}`;
}

function numberOf(dyno: DynoResource): number {
  return Number(dyno.name.split('.').at(-1)) || 0;
}
