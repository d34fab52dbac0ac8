/** A slug's archive isn't what the slug says: it was changed or cut on its way. */
export class ChecksumError extends Error {
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, actual: string) {
    super(`The slug's archive has sha256 ${actual} instead of ${expected}.`);
    this.name = 'ChecksumError';
    this.expected = expected;
    this.actual = actual;
  }
}
