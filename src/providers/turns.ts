// One thing at a time is done with an add-on, in the order of asking.

export type Turns = <T>(addonId: string, work: () => Promise<T>) => Promise<T>;

export function openTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (addonId, work) => {
    const mine = (last.get(addonId) ?? Promise.resolve()).then(work, work);
    const ended: Promise<void> = mine.then(forget, forget);
    function forget(): void {
      if (last.get(addonId) === ended) last.delete(addonId);
    }
    last.set(addonId, ended);
    return mine;
  };
}
