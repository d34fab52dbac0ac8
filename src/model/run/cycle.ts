// Every dyno is replaced once a day and a bit, each at a time of its own (devcenter.heroku.com/articles/dynos#automatic-dyno-restarts).

export interface Cycle {
  /** How long a dyno runs at least; 0 lets them run on. */
  periodMs: number;
  /** Since when dynos are looked after without a break: what was due before waits for its turn once more. */
  since: number;
}

/** 216 minutes of a day. */
const SPREAD = 0.15;

/** When a dyno's time is over, null where it never is. Its id, which is random, says how much more than the period it has. */
export function cyclesAt(dyno: { id: string; createdAt: Date }, { periodMs, since }: Cycle): number | null {
  if (periodMs === 0) return null;
  const extraMs = Math.floor(chanceOf(dyno.id) * SPREAD * periodMs);
  const due = dyno.createdAt.getTime() + periodMs + extraMs;
  return due < since ? since + extraMs : due;
}

/** From 0 to 1, always the same for an id. */
function chanceOf(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8), 16) / 2 ** 32;
}
