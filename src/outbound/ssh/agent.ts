// An ssh agent that holds one key (draft-miller-ssh-agent): ssh has what it asks signed, so that no private key is in a file, an
// environment or an argument.
import { createPrivateKey, sign } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { ED25519, publicBlob, sshString } from '../../lib/net/ssh-key.js';

const FAILURE = 5;
const REQUEST_IDENTITIES = 11;
const IDENTITIES = 12;
const SIGN_REQUEST = 13;
const SIGNATURE = 14;
const MOST_BYTES = 64 * 1024;

/** Listens at a socket for as long as `close` isn't called. `key` is PKCS #8, as PEM. */
export async function openSshAgent(path: string, key: string): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const blob = publicBlob(key);
  const server = createServer((socket) => {
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      for (let size = sizeOf(held); size !== null && held.length >= 4 + size; size = sizeOf(held)) {
        socket.write(sshString(answer(held.subarray(4, 4 + size), key, blob)));
        held = held.subarray(4 + size);
      }
      if ((sizeOf(held) ?? 0) > MOST_BYTES) socket.destroy();
    });
  });
  await new Promise<void>((listening, failed) => server.on('error', failed).listen(path, listening));
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function sizeOf(held: Buffer): number | null {
  return held.length < 4 ? null : held.readUInt32BE(0);
}

/** The answer to one message; FAILURE for whatever else an agent may be asked. */
export function answer(message: Buffer, key: string, blob: Buffer): Buffer {
  if (message[0] === REQUEST_IDENTITIES) return Buffer.concat([Buffer.from([IDENTITIES, 0, 0, 0, 1]), sshString(blob), sshString('')]);
  const [asked, data] = message[0] === SIGN_REQUEST ? stringsOf(message.subarray(1)) : [];
  if (!asked || !data || !asked.equals(blob)) return Buffer.from([FAILURE]);
  const signature = Buffer.concat([sshString(ED25519), sshString(sign(null, data, createPrivateKey(key)))]);
  return Buffer.concat([Buffer.from([SIGNATURE]), sshString(signature)]);
}

/** The first two of a message; none where they aren't whole. */
function stringsOf(bytes: Buffer): [Buffer, Buffer] | [] {
  const first = stringAt(bytes, 0);
  const second = first && stringAt(bytes, 4 + first.length);
  return first && second ? [first, second] : [];
}

function stringAt(bytes: Buffer, at: number): Buffer | null {
  const size = sizeOf(bytes.subarray(at));
  return size === null || at + 4 + size > bytes.length ? null : bytes.subarray(at + 4, at + 4 + size);
}
