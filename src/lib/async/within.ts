/**
 * What the work brings, or what `late` gives (or throws) when it takes longer than `ms`. The work isn't stopped: what
 * becomes of it then is heard by nobody. Waiting keeps no process alive.
 */
export async function within<T, L = undefined>(ms: number, work: Promise<T>, late: () => L = () => undefined as L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), ms).unref();
  });
  try {
    const first = await Promise.race([work, lateness]);
    return first === LATE ? late() : first;
  } finally {
    clearTimeout(timer);
  }
}

const LATE = Symbol('late');
