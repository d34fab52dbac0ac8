// Pushes to one app take turns: the loser of two concurrent pushes would run its whole build before git told it so.

export interface PushTurns {
  /**
   * Waits for the app's turn, calling `onWait` if it has to, and keeps it until `leave`. False when `leave` was called
   * before it came.
   */
  take(appId: string, push: object, onWait: () => void): Promise<boolean>;
  /** Ends the push's turn, or its waiting for one: whoever has waited longest is next. */
  leave(appId: string, push: object): void;
}

interface Waiting {
  push: object;
  tell: (isTaken: boolean) => void;
}

/** Nobody has a turn yet. */
export function openPushTurns(): PushTurns {
  // Of each app those that wait, in order; the first has the turn.
  const queues = new Map<string, Waiting[]>();

  return {
    take(appId, push, onWait) {
      const queue = queues.get(appId) ?? [];
      queues.set(appId, queue);
      return new Promise((tell) => {
        queue.push({ push, tell });
        if (queue.length === 1) tell(true);
        else onWait();
      });
    },
    leave(appId, push) {
      const queue = queues.get(appId) ?? [];
      const at = queue.findIndex((each) => each.push === push);
      const [left] = at < 0 ? [] : queue.splice(at, 1);
      left?.tell(false);
      if (at === 0) queue[0]?.tell(true);
      if (queue.length === 0) queues.delete(appId);
    },
  };
}
