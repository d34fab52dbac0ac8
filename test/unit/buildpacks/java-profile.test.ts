import { describe, expect, it } from 'vitest';
import { runBash } from './java-bash.js';

const MB = 1024 * 1024;

describe('what a dyno sources', () => {
  it.each<[string, string | number, Record<string, string>, string, string]>([
    [
      'a dyno of 512 MB',
      512 * MB,
      {},
      '-Xmx300m -Xss512k -XX:CICompilerCount=2',
      '-Xmx300m -Xss512k -XX:CICompilerCount=2 -Dfile.encoding=UTF-8',
    ],
    [
      'a small dyno',
      256 * MB,
      {},
      '-Xmx150m -Xss512k -XX:CICompilerCount=2',
      '-Xmx150m -Xss512k -XX:CICompilerCount=2 -Dfile.encoding=UTF-8',
    ],
    ['a dyno of 1 GB', 1024 * MB, {}, '-Xmx671m -XX:CICompilerCount=2', '-Xmx671m -XX:CICompilerCount=2 -Dfile.encoding=UTF-8'],
    ['a large dyno', 2560 * MB, {}, '-XX:MaxRAMPercentage=80.0', '-XX:MaxRAMPercentage=80.0 -Dfile.encoding=UTF-8'],
    ['no limit', 'max', {}, '-XX:MaxRAMPercentage=80.0', '-XX:MaxRAMPercentage=80.0 -Dfile.encoding=UTF-8'],
    ['a run dyno', 512 * MB, { DYNO: 'run.1234' }, '', '-Dfile.encoding=UTF-8'],
    ["the app's own -Xmx", 512 * MB, { JAVA_OPTS: '-Xmx99m' }, '-Xmx99m', '-Dfile.encoding=UTF-8'],
    [
      "the app's own options",
      512 * MB,
      { JAVA_OPTS: '-Da=b', JAVA_TOOL_OPTIONS: '-Dc=d' },
      '-Xmx300m -Xss512k -XX:CICompilerCount=2 -Da=b',
      '-Xmx300m -Xss512k -XX:CICompilerCount=2 -Dfile.encoding=UTF-8 -Dc=d',
    ],
  ])('%s', (_, limit, env, javaOpts, toolOptions) => {
    // The script reads the limit of its control group into a variable of this name.
    const script =
      `read() { limit=${limit}; }; JAVA_HOME=/jdk; source $B/lib/jvm/profile.sh; echo "$JAVA_OPTS"; echo ` +
      `"$JAVA_TOOL_OPTIONS"; echo "$PATH"`;
    const [opts, tool, path] = runBash(script, { env }).split('\n');
    expect([opts, tool]).toEqual([javaOpts, toolOptions]);
    expect(path).toMatch(/^\/jdk\/bin:/);
  });

  it.each<[Record<string, string>, Record<string, string>]>([
    [
      { DATABASE_URL: 'postgres://u:p%40%21@db.example.com:5432/d?sslmode=require' },
      {
        JDBC_DATABASE_URL: 'jdbc:postgresql://db.example.com:5432/d?sslmode=require&user=u&password=p%40%21',
        JDBC_DATABASE_USERNAME: 'u',
        JDBC_DATABASE_PASSWORD: 'p@!',
        SPRING_DATASOURCE_URL: 'jdbc:postgresql://db.example.com:5432/d?sslmode=require&user=u&password=p%40%21',
        SPRING_DATASOURCE_USERNAME: 'u',
        SPRING_DATASOURCE_PASSWORD: 'p@!',
      },
    ],
    [
      { DATABASE_URL: 'mysql://h/d', DISABLE_SPRING_DATASOURCE_URL: 'true' },
      { JDBC_DATABASE_URL: 'jdbc:mysql://h/d', JDBC_DATABASE_USERNAME: '', JDBC_DATABASE_PASSWORD: '' },
    ],
    [
      { DATABASE_URL: 'postgres://h/d', JDBC_DATABASE_URL: 'mine', SPRING_DATASOURCE_URL: 'mine' },
      { JDBC_DATABASE_URL: 'mine', SPRING_DATASOURCE_URL: 'mine', JDBC_DATABASE_USERNAME: '', JDBC_DATABASE_PASSWORD: '' },
    ],
    [
      { HEROKU_POSTGRESQL_AQUA_URL: 'postgres://u:p@h:1/d', DATABASE_URL: 'sqlite:///x' },
      {
        HEROKU_POSTGRESQL_AQUA_JDBC_URL: 'jdbc:postgresql://h:1/d?user=u&password=p',
        HEROKU_POSTGRESQL_AQUA_JDBC_USERNAME: 'u',
        HEROKU_POSTGRESQL_AQUA_JDBC_PASSWORD: 'p',
      },
    ],
    [{ REDIS_URL: 'redis://h:1' }, { SPRING_REDIS_URL: 'redis://h:1', SPRING_DATA_REDIS_URL: 'redis://h:1' }],
    [{}, {}],
  ])('%j', (env, expected) => {
    const set = runBash('source $B/lib/jvm/jdbc.sh; env | grep -E "JDBC|^SPRING_" | sort', { env });
    const lines = Object.entries(expected).map(([key, value]) => `${key}=${value}`);
    expect(set.split('\n').filter(Boolean)).toEqual(lines.toSorted());
  });
});

describe('certificates', () => {
  it('become a key store as keytool makes it', () => {
    const pem =
      `${Buffer.from('first').toString('base64')}\n-----END CERTIFICATE-----\n# a comment\n-----BEGIN CERTIFICATE-----\n` +
      `${Buffer.from('second').toString('base64')}`;
    const hex = runBash('perl $JVM/cacerts.pl pem store && od -An -v -tx1 store | tr -d " \\n"', {
      files: { pem: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n` },
    });
    const store = Buffer.from(hex, 'hex');
    expect(store.subarray(0, 12).toString('hex')).toBe('feedfeed0000000200000002');
    const entry = (alias: string, text: string) =>
      `00000002${'0004'}${Buffer.from(alias).toString('hex')}${'0'.repeat(16)}0005${Buffer.from('X.509').toString('hex')}${text.length.toString(16).padStart(8, '0')}${Buffer.from(text).toString('hex')}`;
    expect(store.subarray(12, -20).toString('hex')).toBe(entry('ca-0', 'first') + entry('ca-1', 'second'));
  });
});
