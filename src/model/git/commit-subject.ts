import { cutText } from '../../lib/cut-text.js';

/** First line of a commit's message, as Heroku describes builds. */
export function subjectOf(message: string): string {
  return cutText(message.trimStart().split('\n', 1)[0]!, 200);
}
