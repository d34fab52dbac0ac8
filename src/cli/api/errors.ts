// How a command can end badly, and the exit code of each: 1 plain, 2 refused by the API, 100 not logged in (any more), 127 no such command.

/** An error of the user's or of the way to the API; its message is all that is shown. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Something answered with a status that isn't success; the API says why as `{ id, message }`. */
export class ApiError extends CliError {
  readonly id: string | null;
  readonly status: number;
  /** What went wrong, without the id. */
  readonly text: string;

  constructor(o: { id: string | null; message: string; status: number }) {
    super(o.id === null ? o.message : `${o.message}\n\nError ID: ${o.id}`, o.status === 401 ? 100 : o.id === null ? 1 : 2);
    this.name = 'ApiError';
    this.id = o.id;
    this.status = o.status;
    this.text = o.message;
  }
}

/** Not an error: a command that ran elsewhere has ended with this status, and has said itself what there is to say. */
export class Exit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with status ${exitCode}`);
    this.name = 'Exit';
    this.exitCode = exitCode;
  }
}
