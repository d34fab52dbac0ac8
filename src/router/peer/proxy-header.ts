// The PROXY protocol, versions 1 and 2 (haproxy.org/download/3.0/doc/proxy-protocol.txt): what a load balancer says of a connection before
// the client's own bytes. Pure.
import { isIP } from 'node:net';

export interface ProxyHeader {
  /** Its own bytes. */
  length: number;
  /** Who has connected, and to which port; null where the proxy speaks for itself, or doesn't say. */
  from: { ip: string; localPort: number } | null;
}

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Of version 1, its line's end included. */
const MOST_CHARS = 107;
const LINE = /^PROXY (TCP4|TCP6) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/;
const HEAD = 16;
/** Of version 2: addresses and what else the proxy has to say. */
const MOST_BYTES = 4_096;

/** The header at the beginning of a connection; `more` has to come, or null where there is none. */
export function readProxyHeader(bytes: Buffer): ProxyHeader | 'more' | null {
  const looksBinary = bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE.subarray(0, bytes.length));
  if (looksBinary) return bytes.length < HEAD ? 'more' : readBinary(bytes);
  const end = bytes.subarray(0, MOST_CHARS).indexOf('\r\n');
  const line = bytes.toString('latin1', 0, end < 0 ? MOST_CHARS : end);
  if (end < 0) return bytes.length < MOST_CHARS && 'PROXY '.startsWith(line.slice(0, 6)) ? 'more' : null;
  return readLine(line, end + 2);
}

function readLine(line: string, length: number): ProxyHeader | null {
  if (line === 'PROXY UNKNOWN' || line.startsWith('PROXY UNKNOWN ')) return { length, from: null };
  const [, family, ip = '', to = '', port = '', toPort = ''] = LINE.exec(line) ?? [];
  const version = family === 'TCP4' ? 4 : 6;
  if (isIP(ip) !== version || isIP(to) !== version || Number(port) > 65_535 || Number(toPort) > 65_535) return null;
  return { length, from: { ip: version === 4 ? ip : ip6(ip), localPort: Number(toPort) } };
}

function readBinary(bytes: Buffer): ProxyHeader | 'more' | null {
  const [version, command, family] = [bytes[12]! >> 4, bytes[12]! & 15, bytes[13]!];
  const size = bytes.readUInt16BE(14);
  if (version !== 2 || command > 1 || size > MOST_BYTES) return null;
  const length = HEAD + size;
  if (bytes.length < length) return 'more';
  const isOwn = command === 0;
  // Over IPv4, over IPv6; what else there may be says nothing that is of use here.
  if (isOwn || (family !== 0x11 && family !== 0x21)) return { length, from: null };
  const width = family === 0x11 ? 4 : 16;
  if (size < 2 * width + 4) return null;
  const ip = bytes.subarray(HEAD, HEAD + width);
  return { length, from: { ip: width === 4 ? ip.join('.') : ip6(groupsOf(ip)), localPort: bytes.readUInt16BE(HEAD + 2 * width + 2) } };
}

function groupsOf(bytes: Buffer): string {
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':');
}

/** In its one short form; IPv4 inside IPv6, as proxies with one socket for both say it, is IPv4. */
function ip6(text: string): string {
  const short = new URL(`http://[${text.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const inside = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(short)?.slice(1) ?? [];
  return inside.length === 0 ? short : inside.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.');
}
