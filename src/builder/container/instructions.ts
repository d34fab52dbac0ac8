// A Dockerfile as a list of instructions.

export interface Instruction {
  /** Of its first line, from 1. */
  line: number;
  /** In capitals. */
  name: string;
  text: string;
}

interface Open {
  line: number;
  text: string;
}

/** Joins continued lines; drops comments, also between them. */
export function readInstructions(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open: Open | null = null;
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const line: string = open ? raw : raw.trimStart();
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const match = /^(.*)\\[ \t]*$/.exec(line);
    const joined: Open = { line: open?.line ?? index + 1, text: `${open?.text ?? ''}${match?.[1] ?? line}` };
    if (!match) found.push(toInstruction(joined));
    open = match ? joined : null;
  }
  return open ? [...found, toInstruction(open)] : found;
}

function toInstruction({ line, text }: Open): Instruction {
  const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text.trim()) ?? [];
  return { line, name: name.toUpperCase(), text: rest.trim() };
}
