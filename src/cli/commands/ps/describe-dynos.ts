// The text of `paas ps`: dynos under a head for each command, and the process types that none runs of.
import { timeAndAge } from '../../terminal/age.js';
import { oneLine } from '../../terminal/clean.js';
import type { DynoResource, FormationResource } from '../../api/resources.js';
import type { Style } from '../../terminal/terminal.js';

interface Shown {
  now: Date;
  paint(style: Style, text: string): string;
  /** What should run; types without a dyno are shown from it. */
  formation?: FormationResource[];
}

interface Section {
  type: string;
  lines: string[];
}

/** `=== web (Basic): npm start (1)`, its dynos, a blank line, the next. */
export function describeDynos(dynos: DynoResource[], shown: Shown): string[] {
  const sorted = [...dynos].sort((a, b) => a.type.localeCompare(b.type) || numberOf(a) - numberOf(b));
  const head = (text: string) => shown.paint('bold', `=== ${oneLine(text)}`);
  const groups = groupByCommand(sorted);
  const busy = groups.map((group): Section => {
    const { type } = group[0]!;
    return { type, lines: describeGroup(group, { isMixed: isMixed(sorted.filter((dyno) => dyno.type === type)), shown, head }) };
  });
  const idle = (shown.formation ?? []).filter((entry) => !sorted.some((dyno) => dyno.type === entry.type));
  const sections = [...busy, ...idle.flatMap((entry) => describeIdle(entry, head))]
    .sort((a, b) => a.type.localeCompare(b.type))
    .map((section) => section.lines);
  return sections.flatMap((section) => [...section, '']);
}

/** Whether several releases are at work, which are named then: a new one that crashes beside the old one that serves. */
function isMixed(dynos: DynoResource[]): boolean {
  return new Set(dynos.map((dyno) => dyno.release.version)).size > 1;
}

function describeGroup(group: DynoResource[], o: { isMixed: boolean; shown: Shown; head(text: string): string }): string[] {
  const { shown, head } = o;
  const first = group[0]!;
  const lines = group.map((dyno) => `${oneLine(dyno.name)}${o.isMixed ? ` (v${dyno.release.version})` : ''}: ${status(dyno, shown)}`);
  return [head(`${first.type} (${first.size}): ${first.command} (${group.length})`), ...lines];
}

/** A type that the release doesn't have is told only when some of it should run. */
function describeIdle({ type, size, quantity, command }: FormationResource, head: (text: string) => string): Section[] {
  if (command !== '') return [{ type, lines: [head(`${type} (${size}): ${command} (0${quantity > 0 ? ` of ${quantity}` : ''})`)] }];
  return quantity === 0 ? [] : [{ type, lines: [head(`${type} (${size}): not in this release (0 of ${quantity})`)] }];
}

function groupByCommand(dynos: DynoResource[]): DynoResource[][] {
  const groups = new Map<string, DynoResource[]>();
  for (const dyno of dynos) {
    const key = `${dyno.type}\n${dyno.size}\n${dyno.command}`;
    groups.set(key, [...(groups.get(key) ?? []), dyno]);
  }
  return [...groups.values()];
}

function status(dyno: DynoResource, shown: Shown): string {
  const state = shown.paint(dyno.state === 'up' ? 'green' : dyno.state === 'crashed' ? 'red' : 'yellow', dyno.state);
  const what = dyno.state === 'idle' ? ', wakes when the app is asked for' : '';
  return `${state} ${shown.paint('dim', timeAndAge(dyno.updated_at, shown.now))}${what}`;
}

function numberOf(dyno: DynoResource): number {
  return Number(dyno.name.split('.').at(-1)) || 0;
}
