// What the dyno manager asks of whatever runs one-off dynos (one-off/one-offs.ts).

export interface OneOffs {
  /** Takes up those of an app, or all, that nobody sees through, and ends those that are to end. Throws when it can't look. */
  look(appId?: string): Promise<void>;
  /** Where clients come. */
  port(): Promise<number>;
  /** Lets clients go, and leaves dynos as they are. */
  close(): Promise<void>;
}
