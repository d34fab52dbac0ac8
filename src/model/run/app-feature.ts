// What an app's owner may switch on and off, beyond what every app has.

export type FeatureName = 'http-boot-check' | 'http-session-affinity' | 'https-only' | 'log-runtime-metrics';

/** The config var that says what a dyno's boot check asks for. */
export const BOOT_CHECK_PATH = 'BOOT_CHECK_PATH';
