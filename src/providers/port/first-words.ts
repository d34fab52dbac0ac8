// What a client of a database says first, as far as it tells where it wants to go. Pure; PostgreSQL's protocol 3 (its manual, chapter
// "Message Formats") and Redis' (redis.io/docs/latest/develop/reference/protocol-spec).

export type PgRequest =
  | { is: 'ssl' | 'gss' }
  /** Of a query of another connection, named by these bytes. */
  | { is: 'cancel'; key: string }
  /** The session that is asked for; `length` bytes are this. */
  | { is: 'startup'; database: string; length: number };

/** `more`: it is begun; `wrong`: it is nothing that this port knows. */
type Unread = 'more' | 'wrong';

const SSL = 80_877_103;
const GSS = 80_877_104;
const CANCEL = 80_877_102;
/** The server's own limit. */
const LONGEST_STARTUP = 10_000;
const LONGEST_KEY = 256;

/** A request of PostgreSQL's at the beginning of the bytes. */
export function readPgRequest(bytes: Buffer): PgRequest | Unread {
  if (bytes.length < 8) return bytes[0] === 0 || bytes.length === 0 ? 'more' : 'wrong';
  const [length, code] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
  if (code === SSL || code === GSS) return length === 8 ? { is: code === SSL ? 'ssl' : 'gss' } : 'wrong';
  if (code === CANCEL) {
    if (length < 16 || length > 8 + LONGEST_KEY) return 'wrong';
    return bytes.length < length ? 'more' : { is: 'cancel', key: bytes.subarray(8, length).toString('hex') };
  }
  if (code >>> 16 !== 3 || length < 9 || length > LONGEST_STARTUP) return 'wrong';
  if (bytes.length < length) return 'more';
  const words = bytes.subarray(8, length).toString('latin1').split('\0');
  const at = (name: string) => words.findIndex((word, index) => index % 2 === 0 && word === name);
  const database = at('database') >= 0 ? words[at('database') + 1] : words[at('user') + 1];
  return at('user') < 0 ? 'wrong' : { is: 'startup', database: database ?? '', length };
}

/** The key by which a client may cancel what its session does, in what the server says first; `done` where it says none. */
export function readCancelKey(said: Buffer): { key: string } | 'more' | 'done' {
  for (let at = 0; ;) {
    if (said.length < at + 5) return 'more';
    const [type, length] = [said[at], said.readUInt32BE(at + 1)];
    const isKey = type === 0x4b; // 'K', BackendKeyData
    if (type === 0x5a || type === 0x45 || length < 4) return 'done'; // 'Z', ReadyForQuery; 'E', ErrorResponse
    if (isKey && length > 4 + LONGEST_KEY) return 'done';
    if (isKey && said.length < at + 1 + length) return 'more';
    if (isKey) return { key: said.subarray(at + 5, at + 1 + length).toString('hex') };
    at += 1 + length;
  }
}

/** The end of a session that doesn't begin: what PostgreSQL's clients show as its error. */
export function pgRefusal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const LONGEST_HELLO = 2_048;
const MOST_WORDS = 16;

/** The password that a client of Redis begins with, by AUTH or HELLO; `anonymous` where it begins with anything else. */
export function readRedisHello(bytes: Buffer): { password: string } | 'anonymous' | Unread {
  const words = bytes[0] === 0x2a ? wordsOfArray(bytes) : wordsOfLine(bytes);
  if (words === 'more') return bytes.length > LONGEST_HELLO ? 'wrong' : 'more';
  if (words === 'wrong') return 'wrong';
  const [command = '', ...rest] = words;
  if (command.toUpperCase() === 'AUTH') return { password: rest.at(-1) ?? '' };
  const auth = rest.findIndex((word) => word.toUpperCase() === 'AUTH');
  const isHello = command.toUpperCase() === 'HELLO' && auth === 1;
  return isHello && rest[3] !== undefined ? { password: rest[3] } : 'anonymous';
}

/** `AUTH secret\n` */
function wordsOfLine(bytes: Buffer): string[] | Unread {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return 'more';
  if (end > LONGEST_HELLO) return 'wrong';
  return bytes
    .subarray(0, end)
    .toString('latin1')
    .split(' ')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** `*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n` */
function wordsOfArray(bytes: Buffer): string[] | Unread {
  const text = bytes.subarray(0, LONGEST_HELLO + 1).toString('latin1');
  const head = /^\*(\d{1,2})\r\n/.exec(text);
  if (!head) return text.length < 5 && /^\*\d{0,2}\r?$/.test(text) ? 'more' : 'wrong';
  const count = Number(head[1]);
  if (count < 1 || count > MOST_WORDS) return 'wrong';
  const words: string[] = [];
  for (let at = head[0].length; words.length < count;) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return text.length - at > 7 ? 'wrong' : 'more';
    const length = /^\$(\d{1,4})$/.exec(text.slice(at, end))?.[1];
    if (length === undefined) return 'wrong';
    at = end + 2 + Number(length);
    if (text.length < at + 2) return 'more';
    words.push(text.slice(end + 2, at));
    at += 2;
  }
  return words;
}
