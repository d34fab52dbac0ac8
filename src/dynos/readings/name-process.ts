// A process of a dyno, for people: its name and the number that it has inside. No argument of it, which may hold a secret.

/** Programs that begin a dyno, and are ours: docker-init, and the perl that keeps it (docker/dyno/dyno-spec.ts). */
const OURS = /^(?:\/sbin\/docker-init\0|perl\0-X\0-t\0-e\0)/;

/** `node (14)`; null for one that is ours, has ended or is gone. @param read a file of /proc/<pid> */
export function nameProcess(read: (file: string) => string | null): string | null {
  const [status, command] = [read('status'), read('cmdline')];
  if (status === null || command === null || OURS.test(command)) return null;
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  if (/^[ZX]/.test(field('State'))) return null;
  const inside = field('NSpid').split(/\s+/).at(-1);
  return `${field('Name')} (${inside})`;
}
