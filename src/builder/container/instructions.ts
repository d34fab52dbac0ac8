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

/** Joins continued lines; drops comments, also between them. A comment may be indented there, or only elsewhere. */
export function readInstructions(text: string, o: { hasIndentedComments: boolean }): Instruction[] {
  const found: Instruction[] = [];
  let open: Open | null = null;
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const line: string = open ? raw : raw.trimStart();
    if (line.trim() === '' || isComment(line, o.hasIndentedComments)) continue;
    const match = /^(.*)\\[ \t]*$/.exec(line);
    const joined: Open = { line: open?.line ?? index + 1, text: `${open?.text ?? ''}${match?.[1] ?? line}` };
    if (!match) found.push(toInstruction(joined));
    open = match ? joined : null;
  }
  return open ? [...found, toInstruction(open)] : found;
}

function isComment(line: string, isIndented: boolean): boolean {
  return (isIndented ? line.trimStart() : line).startsWith('#');
}

function toInstruction({ line, text }: Open): Instruction {
  const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text.trim()) ?? [];
  return { line, name: name.toUpperCase(), text: rest.trim() };
}
