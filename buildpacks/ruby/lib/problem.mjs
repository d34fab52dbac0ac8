/** What is wrong, by a name for bin/report and in lines for the person who pushes. */
export class Problem extends Error {
  constructor(id, ...lines) {
    super(lines[0]);
    this.id = id;
    this.lines = lines;
  }
}
