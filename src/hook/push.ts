/** The push that a hook belongs to, as the git door knows it. */
export interface Push {
  /** The hook's token for the API. */
  secret: string;
  appId: string;
  appName: string;
  /** Waits until no other push to the app is at work, calling `onWait` if one is. False when the push has ended meanwhile. */
  takeTurn(onWait: () => void): Promise<boolean>;
}
