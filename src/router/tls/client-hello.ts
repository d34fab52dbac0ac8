// What is read of a TLS handshake by us, in a client's first message (RFC 8446, 4.1.2): which host it asks for (RFC 6066, 3), and whether
// it is an authority that has a challenge met (RFC 8737).

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;
const HOST_NAME = 0;
/** Of a record, and of the message inside. */
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
/** Several times what any client's first message has, and little enough to be looked at again with each packet. */
const MOST_BYTES = 16_384;

/** What is spoken, by its name in ALPN, where a challenge is to be met. */
export const ACME_PROTOCOL = 'acme-tls/1';

export interface ClientHello {
  serverName: string | null;
  /** Whether it offers nothing but that. */
  isChallenge: boolean;
}

const NOTHING: ClientHello = { serverName: null, isChallenge: false };

/** From the first bytes of a connection: nothing where it isn't TLS, so that the handshake says so; undefined while more has to come. */
export function helloOf(bytes: Buffer): ClientHello | undefined {
  const message = firstMessage(bytes);
  if (!message || message === 'more') return message === 'more' ? undefined : NOTHING;
  try {
    return readHello(message);
  } catch (error) {
    if (error instanceof RangeError) return NOTHING;
    throw error;
  }
}

/** The body of the first message, whichever records it is spread over. */
function firstMessage(bytes: Buffer): Buffer | 'more' | null {
  const parts: Buffer[] = [];
  let size = 0;
  let wanted = MESSAGE_HEAD;
  for (let at = 0; ;) {
    if (at < bytes.length && bytes[at] !== HANDSHAKE) return null;
    if (at + RECORD_HEAD > bytes.length) return bytes.length > MOST_BYTES ? null : 'more';
    const end = at + RECORD_HEAD + bytes.readUInt16BE(at + 3);
    const part = bytes.subarray(at + RECORD_HEAD, end);
    if (size === 0 && part.length > 0 && part[0] !== CLIENT_HELLO) return null;
    parts.push(part);
    size += part.length;
    // Once when its length is known, and once when it is whole: records may hold a byte each.
    if (size >= wanted) {
      const joined = Buffer.concat(parts);
      wanted = MESSAGE_HEAD + joined.readUIntBE(1, 3);
      if (wanted > MOST_BYTES) return null;
      if (size >= wanted) return joined.subarray(MESSAGE_HEAD, wanted);
    }
    if (end > bytes.length) return bytes.length > MOST_BYTES ? null : 'more';
    at = end;
  }
}

/** Throws a RangeError where lengths lead outside. */
function readHello(hello: Buffer): ClientHello {
  const read = { ...NOTHING };
  // Version and random, session id, cipher suites, compression methods.
  let at = 2 + 32;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  if (at === hello.length) return read;
  const end = at + 2 + hello.readUInt16BE(at);
  at += 2;
  while (at < end) {
    const type = hello.readUInt16BE(at);
    const length = hello.readUInt16BE(at + 2);
    const body = hello.subarray(at + 4, at + 4 + length);
    if (type === SERVER_NAME) read.serverName ??= hostName(body);
    if (type === ALPN) read.isChallenge = isChallenge(body);
    at += 4 + length;
  }
  return read;
}

/** A list of one protocol, after its length in two bytes and the name's in one (RFC 7301, 3.1). */
function isChallenge(list: Buffer): boolean {
  return list.length === 3 + ACME_PROTOCOL.length && list.toString('latin1', 3) === ACME_PROTOCOL;
}

function hostName(list: Buffer): string | null {
  for (let at = 2; at < list.length;) {
    const type = list.readUInt8(at);
    const length = list.readUInt16BE(at + 1);
    if (type === HOST_NAME) return list.toString('latin1', at + 3, at + 3 + length);
    at += 3 + length;
  }
  return null;
}
