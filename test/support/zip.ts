// Zip archives as text describes them, sound or not (APPNOTE 4.3).
import { deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  text?: string;
  /** POSIX mode, kind included: 0o100755; without one it was made where there are none. */
  mode?: number;
  isEncrypted?: boolean;
  /** What it says that it is unpacked, whatever it is. */
  size?: number;
  /** When it was changed, as Windows tells it; 1980-01-01 without one. */
  time?: number;
}

export function zipOf(...entries: ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const { name, text = '', mode, isEncrypted = false, size, time } of entries) {
    const [path, plain] = [Buffer.from(name), Buffer.from(text)];
    const packed = deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (isEncrypted ? 1 : 0), 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size ?? plain.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((mode ?? 0) << 16) >>> 0, 6);
    rest.writeUInt32LE(at, 10);
    const extra = time === undefined ? Buffer.alloc(0) : ntfsTime(time);
    const madeBy = Buffer.from([20, mode === undefined ? 0 : 3]);
    files.push(local);
    common.writeUInt16LE(extra.length, 24);
    list.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, common, rest, path, extra]));
    at += local.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...files, directory, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** The extra field of NTFS (APPNOTE 4.5.5): tenths of a µs since 1601. */
function ntfsTime(time: number): Buffer {
  const field = Buffer.alloc(36);
  field.writeUInt16LE(0x0a, 0);
  field.writeUInt16LE(32, 2);
  field.writeUInt16LE(1, 8);
  field.writeUInt16LE(24, 10);
  field.writeBigInt64LE(BigInt(time - Date.UTC(1601, 0, 1)) * 10_000n, 12);
  return field;
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
