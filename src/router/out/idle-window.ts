// The window that every byte from or to a client begins anew.
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** How often in a window it is looked whether anything has moved: once a second in 55. */
const LOOKS = 55;

/** Calls `onIdle` when no byte has moved for `idleMs`. Gives what ends the watch. */
export function watchForIdleness(socket: Socket, idleMs: number, onIdle: () => void): () => void {
  let seen = bytesMoved(socket);
  let movedAt = performance.now();
  const timer = setInterval(
    () => {
      const moved = bytesMoved(socket);
      const now = performance.now();
      if (moved !== seen) [seen, movedAt] = [moved, now];
      if (now - movedAt < idleMs) return;
      clearInterval(timer);
      onIdle();
    },
    Math.ceil(idleMs / LOOKS),
  );
  return () => clearInterval(timer);
}

interface Handle {
  bytesRead: number;
  bytesWritten: number;
  /** What the kernel has not taken yet. */
  writeQueueSize: number;
}

// Only node's handle knows how much of a long write has left: the socket counts it when all has. (node's own timeout
// looks there too, but needs a second window to see that nothing moves.)
export function bytesMoved(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: Handle | null };
  return handle ? handle.bytesRead + handle.bytesWritten - handle.writeQueueSize : -1;
}
