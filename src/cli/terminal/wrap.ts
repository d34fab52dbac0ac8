// How wide text is on a terminal, and text made to fit.

/** What a heading, a message or help takes where nobody says how wide the screen is. */
export const DEFAULT_COLUMNS = 80;

const NO_COLUMN = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const TWO_COLUMNS =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{20000}-\u{3FFFD}])$/u;

/** The columns that clean text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += NO_COLUMN.test(letter) ? 0 : TWO_COLUMNS.test(letter) ? 2 : 1;
  return width;
}

/** Clean text in at most `columns`; `…` stands for what is cut. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  for (const letter of text) {
    if (widthOf(kept + letter) >= columns) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** Lines of at most `columns`, broken between words from `from` on, those after the first behind `indent`. A longer word stays whole. */
export function wrap(text: string, columns: number, indent = '', from = 0): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, columns, indent, from));
}

function wrapLine(line: string, columns: number, indent: string, from: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const lines: string[] = [];
  let current = line.slice(0, from) + /^\s*/.exec(line.slice(from))![0];
  let isFresh = true;
  for (const word of line.slice(from).trim().split(/\s+/)) {
    if (!isFresh && widthOf(current) + 1 + widthOf(word) > columns) {
      lines.push(current);
      current = indent;
      isFresh = true;
    }
    current += isFresh ? word : ` ${word}`;
    isFresh = false;
  }
  return [...lines, current];
}
