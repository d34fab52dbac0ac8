// What this process is doing with which dyno. A dyno has one task at a time; its row isn't touched by anyone else.

export type TaskKind = 'booting' | 'stopping';

interface Task {
  kind: TaskKind;
  appId: string;
  abort: AbortController;
  done: Promise<void>;
}

export interface Tasks {
  /** Ids of dynos with a task, now. */
  kinds(): Map<string, TaskKind>;
  /** Begins a task; `work` must not throw. */
  begin(dyno: { id: string; appId: string }, kind: TaskKind, work: (signal: AbortSignal) => Promise<void>): void;
  /** Aborts the dyno's task, if any, and waits until it has ended. */
  abort(dynoId: string): Promise<void>;
  /** Aborts the dyno's task, and doesn't wait for what it is in the middle of. */
  giveUp(dynoId: string): void;
  /** Aborts all and waits for them. */
  close(): Promise<void>;
}

/** `ended` is called whenever a task has ended by itself. */
export function openTasks(ended: (appId: string) => void): Tasks {
  const tasks = new Map<string, Task>();

  async function abort(dynoId: string): Promise<void> {
    const task = tasks.get(dynoId);
    task?.abort.abort();
    await task?.done;
  }

  return {
    kinds: () => new Map([...tasks].map(([id, task]) => [id, task.kind])),
    begin(dyno, kind, work) {
      const controller = new AbortController();
      const done = work(controller.signal).finally(() => {
        tasks.delete(dyno.id);
        if (!controller.signal.aborted) ended(dyno.appId);
      });
      tasks.set(dyno.id, { kind, appId: dyno.appId, abort: controller, done });
    },
    abort,
    giveUp: (dynoId) => tasks.get(dynoId)?.abort.abort(),
    async close() {
      await Promise.all([...tasks.keys()].map(abort));
    },
  };
}
