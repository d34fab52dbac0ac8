// Characters that a terminal obeys instead of showing them.

/* oxlint-disable no-control-regex -- finding controls is what this is for */

/** Controls, C1 too, but for tab and newline; what turns the direction of text; other ends of lines. */
const CONTROL = /[\0-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** Each such character as `\uXXXX`, which is the same in a string of JSON. */
export function escapeControls(text: string): string {
  return text.replace(CONTROL, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
