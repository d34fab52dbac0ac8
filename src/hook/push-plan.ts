// What a push asks for, from the lines git gives its hook. Pushes to main or master build; everything else is kept.

export interface RefUpdate {
  /** 40 zeros when the ref is new. */
  old: string;
  /** 40 zeros when the ref is deleted. */
  new: string;
  ref: string;
}

export type PushPlan =
  | { kind: 'build'; branch: string; update: RefUpdate }
  /** Refs are stored, nothing is built. */
  | { kind: 'skip' }
  /** Only deletes: there is nothing to say. */
  | { kind: 'accept' }
  | { kind: 'refuse'; message: string };

const NONE = /^0+$/;
const LINE = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.+)$/;
/** In the order of preference, should one push hold both. */
const BUILT = ['main', 'master'];

/** Parses `old new ref` lines. Throws on a line that isn't one. */
export function parseUpdates(text: string): RefUpdate[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const match = LINE.exec(line);
      if (!match) throw new Error(`git gave the hook a line it can't read: ${JSON.stringify(line.slice(0, 100))}`);
      return { old: match[1]!, new: match[2]!, ref: match[3]! };
    });
}

export function planPush(updates: RefUpdate[]): PushPlan {
  const built = BUILT.flatMap((branch) =>
    updates.filter((update) => update.ref === `refs/heads/${branch}`).map((update) => ({ branch, update })),
  );
  const deleted = built.find(({ update }) => isDelete(update));
  if (deleted)
    return {
      kind: 'refuse',
      message: `${deleted.branch} can't be deleted: it is what this app was deployed from. paas destroy removes the app and all of it.`,
    };
  const first = built[0];
  if (first) return { kind: 'build', ...first };
  return { kind: updates.every(isDelete) ? 'accept' : 'skip' };
}

/** Whether the ref is to go. */
export function isDelete(update: RefUpdate): boolean {
  return NONE.test(update.new);
}

export function isNewRef(update: RefUpdate): boolean {
  return NONE.test(update.old);
}
