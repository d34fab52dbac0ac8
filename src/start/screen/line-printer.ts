// Lines of our processes, each behind its name; in colour where the screen shows colours.
import { escapeControls } from '../../lib/escape-controls.js';

interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
}

const COLOURS = [36, 33, 32, 35, 34, 31];

/**
 * A function that prints `name | line`. No colour in a pipe, nor where NO_COLOR is set; what of a line a terminal would obey
 * is spelled out, since apps' words are in some.
 */
export function linePrinter(names: string[], o: { screen: Screen; noColour: boolean }): (name: string, line: string) => void {
  const width = Math.max(...names.map((name) => name.length));
  const isColoured = o.screen.isTTY === true && !o.noColour;
  return (name, raw) => {
    const line = escapeControls(raw);
    const prefix = `${name.padEnd(width)} |`;
    const colour = COLOURS[Math.max(names.indexOf(name), 0) % COLOURS.length];
    o.screen.write(isColoured ? `\x1b[${colour}m${prefix}\x1b[0m ${line}\n` : `${prefix} ${line}\n`);
  };
}
