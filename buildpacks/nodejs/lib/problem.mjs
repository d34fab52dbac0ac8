/** What is wrong with an app: an id for bin/report, and lines for the person who pushes. */
export class Problem extends Error {
  constructor(id, ...lines) {
    super(lines[0]);
    this.id = id;
    this.lines = lines;
  }
}
