/** First line of a commit's message, as Heroku describes builds. */
export function subjectOf(message: string): string {
  return message.trimStart().split('\n', 1)[0]!.slice(0, 200);
}
