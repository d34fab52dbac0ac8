// What a dyno's processes listen on and talk over, read from the host's view of their network.
import { readFile } from 'node:fs/promises';
import type { Socket } from '../driver.js';

const STATES: Record<string, Socket['state']> = { '0A': 'listening', '01': 'established' };

/** The TCP sockets in a process's network. Null where this machine doesn't show them to us. */
export async function readSockets(pid: number): Promise<Socket[] | null> {
  const files = [`/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => null)));
  return texts[0] === null ? null : texts.flatMap((text) => parseSockets(text ?? ''));
}

/** Parses /proc/net/tcp and tcp6: `0: 0100007F:1F90 00000000:0000 0A …`, addresses in words of the machine's byte order. */
export function parseSockets(text: string): Socket[] {
  return [...text.matchAll(/^\s*\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) [0-9A-F:]+ ([0-9A-F]{2}) /gm)].map(
    ([, address = '', port = '', state = '']) => ({
      address: printAddress(address),
      port: Number.parseInt(port, 16),
      state: STATES[state] ?? 'other',
    }),
  );
}

function printAddress(hex: string): string {
  if (hex.length === 8) return bytesOf(hex).join('.');
  if (hex.startsWith('0000000000000000FFFF0000')) return bytesOf(hex.slice(24)).join('.');
  if (/^0+$/.test(hex)) return '::';
  if (/^0{24}01000000$/.test(hex)) return '::1';
  return 'an IPv6 address';
}

function bytesOf(word: string): number[] {
  return [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16));
}
