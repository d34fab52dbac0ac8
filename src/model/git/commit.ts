export interface Commit {
  id: string;
  author: { name: string; email: string };
  committedAt: Date;
  /** The first paragraph of its message, in one line. */
  subject: string;
  message: string;
}
