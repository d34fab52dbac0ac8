// A push whose build is under way, as its repository notes it in a folder: what is to move, beside the packs it brought.
// Should the push be cut off after its release is made, the ref can still follow.

export interface KeptPush {
  ref: string;
  /** 40 zeros when the ref is new. */
  old: string;
  new: string;
}

/** The folder in the repository, and the file in it; the packs lie beside the file. */
export const KEPT_PUSH_DIR = 'slipway-push';
export const KEPT_PUSH_FILE = 'update';

/** Reads the file. Null when it isn't whole. */
export function parseKeptPush(text: string): KeptPush | null {
  const match = /^(refs\/\S+) ([0-9a-f]{40,64}) ([0-9a-f]{40,64})\n$/.exec(text);
  return match && { ref: match[1]!, old: match[2]!, new: match[3]! };
}

export function keptPushText(push: KeptPush): string {
  return `${push.ref} ${push.old} ${push.new}\n`;
}
