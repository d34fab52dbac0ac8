// How full an add-on is, and what follows. Pure.

/** `full`: what an app writes is refused; `closed`: it went on all the same, and nobody is let in. */
export type DiskVerdict = 'fine' | 'full' | 'closed';

export interface DiskUse {
  usedMb: number;
  isLimited: boolean;
  isClosed: boolean;
}

const CLOSED_AT = 1.5;
/** As fast as one fills on a good disk. */
const MB_PER_S = 50;

export function verdictOf(usedMb: number, limitMb: number): DiskVerdict {
  if (usedMb >= limitMb * CLOSED_AT) return 'closed';
  return usedMb >= limitMb ? 'full' : 'fine';
}

/** What it was told, where nobody remembers. */
export function toldBefore({ isLimited, isClosed }: DiskUse): DiskVerdict {
  if (isClosed) return 'closed';
  return isLimited ? 'full' : 'fine';
}

/** One that is started again has forgotten that it is closed. An app may have it read-only for reasons of its own, and then not. */
export function isInForce(verdict: DiskVerdict, before: DiskVerdict, { isClosed }: DiskUse): boolean {
  return verdict === before && (verdict === 'closed') === isClosed;
}

/** When it can be full at the earliest, within bounds. */
export function nextLookMs(usedMb: number, limitMb: number): number {
  return Math.min(60_000, Math.max(5_000, ((limitMb - usedMb) / MB_PER_S) * 1000));
}

export function describeDisk(verdict: DiskVerdict, { usedMb, limitMb }: { usedMb: number; limitMb: number }): string {
  const share = `holds ${usedMb} MB of the ${limitMb} MB of its plan`;
  if (verdict === 'fine') return `${share}: it can be written again`;
  if (verdict === 'full') return `${share}: it is read-only until there is less, or a larger plan`;
  return `${share}: it is closed until it has a larger plan`;
}
