// What may stand where the cursor is.

/** Where values come from. */
export type Source = 'apps' | 'types' | 'keys' | 'sizes' | 'addons' | 'attachments' | 'dynos' | 'domains' | 'features' | 'remotes';

export type Wanted =
  | { kind: 'command' }
  | { kind: 'flag'; command: string }
  /** Each value with what stands before it in the same word, and what follows it. */
  | { kind: 'value'; of: readonly Value[] };

export interface Value {
  source: Source;
  before: string;
  after: string;
}

const FLAGS: Readonly<Record<string, Source>> = {
  '-a': 'apps',
  '--app': 'apps',
  '-c': 'apps',
  '--confirm': 'apps',
  '-r': 'remotes',
  '--remote': 'remotes',
  '--type': 'types',
  '-d': 'dynos',
  '--dyno': 'dynos',
  '-s': 'sizes',
  '--size': 'sizes',
};

const ARGUMENTS: Readonly<Record<string, Source>> = {
  'config:get': 'keys',
  'config:unset': 'keys',
  'addons:info': 'addons',
  'addons:destroy': 'addons',
  'addons:attach': 'addons',
  'addons:upgrade': 'addons',
  'addons:rename': 'addons',
  'addons:open': 'addons',
  'addons:wait': 'addons',
  'addons:detach': 'attachments',
  'ps:restart': 'dynos',
  'ps:stop': 'dynos',
  'run:inside': 'dynos',
  'domains:remove': 'domains',
  'domains:info': 'domains',
  'domains:update': 'domains',
  'domains:wait': 'domains',
  'features:enable': 'features',
  'features:disable': 'features',
};

const value = (source: Source, { before = '', after = '' } = {}): Value => ({ source, before, after });

/** What may come at the end of `words`, the last of which is being typed; null for nothing that is known. */
export function wantedAt(words: readonly string[]): Wanted | null {
  const [command = '', ...rest] = words;
  const current = rest.pop();
  if (current === undefined || command === 'help') return { kind: 'command' };
  // What stands behind it is another program's.
  if (rest.includes('--')) return null;
  const [, flag = '', glued] = /^(--[a-z-]+)=(.*)$/.exec(current) ?? [];
  if (glued !== undefined) return ofFlag(flag, `${flag}=`);
  const before = rest.at(-1) ?? '';
  if (before.startsWith('-') && before in FLAGS) return ofFlag(before, '');
  if (current.startsWith('-')) return { kind: 'flag', command };
  const of = ofArgument(command, current);
  return of.length > 0 ? { kind: 'value', of } : null;
}

/** The app that is named among the words before the last, if one is. */
export function namedApp(words: readonly string[]): string | undefined {
  const earlier = words.slice(0, -1);
  const glued = earlier.find((word) => word.startsWith('--app='))?.slice('--app='.length);
  const at = earlier.findLastIndex((word) => word === '-a' || word === '--app');
  return glued ?? (at < 0 ? undefined : earlier[at + 1]);
}

function ofFlag(flag: string, before: string): Wanted | null {
  const source = FLAGS[flag];
  return source ? { kind: 'value', of: [value(source, { before })] } : null;
}

function ofArgument(command: string, current: string): Value[] {
  if (command === 'config:set') return current.includes('=') ? [] : [value('keys', { after: '=' })];
  if (command === 'ps:scale') {
    const [counted] = /^[^:=]+=\d+:/.exec(current) ?? [];
    return counted ? [value('sizes', { before: counted })] : current.includes('=') ? [] : [value('types', { after: '=' })];
  }
  if (command === 'ps:type') {
    const [typed] = /^[^=]+=/.exec(current) ?? [];
    return typed ? [value('sizes', { before: typed })] : [value('types', { after: '=' }), value('sizes')];
  }
  const source = ARGUMENTS[command];
  return source ? [value(source)] : [];
}
