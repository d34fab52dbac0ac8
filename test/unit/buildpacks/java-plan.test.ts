import { describe, expect, it } from 'vitest';
import { runBash, type Files } from './java-bash.js';

const STACK = 'find_stack_java() { JAVA_HOME=/jdk JAVA_VERSION=17.0.9; }; JAVA_RUNTIMES=$PWD/runtimes; ';

describe('the version of Java', () => {
  it.each([
    [undefined, 'Using OpenJDK 17.0.9'],
    ['17', 'Using OpenJDK 17.0.9'],
    ['zulu-17', 'Using OpenJDK 17.0.9'],
    ['17.0.2', "The stack's Java 17 is 17.0.9: it is used in place of 17.0.2."],
    ['21', 'Using OpenJDK 21.0.10'],
    ['21.0.2', 'Using OpenJDK 21.0.2'],
    ['1.8', 'Using OpenJDK 8.0.402'],
    ['11', "system.properties asks for Java 11, which can't be had. This stack has 17.0.9."],
    ['11', 'There are also 8.0.402 21.0.2 21.0.10.'],
    ['latest', 'java.runtime.version=latest is no version of Java.'],
    ['2', "asks for Java 2, which can't be had"],
  ])('%s', (asked, said) => {
    const files: Files = {
      'runtimes/versions': '8.0.402\n21.0.2\n21.0.10\n',
      'runtimes/21.0.2/x': '',
      'runtimes/21.0.10/x': '',
      'runtimes/8.0.402/x': '',
    };
    if (asked) files['system.properties'] = `# which\njava.runtime.version = ${asked}\r\n`;
    expect(runBash(`${STACK} request() { [ "$1" = inventory ]; }; use_java`, { files })).toContain(said);
  });

  it('says why no other can be had', () => {
    const files = { 'system.properties': 'java.runtime.version=21' };
    expect(runBash(`${STACK} request() { ANSWER='no way there'; false; }; use_java`, { files })).toContain(
      "Others can't be had here: no way there",
    );
  });
});

describe('default types', () => {
  const SPRING = 'Manifest-Version: 1.0\r\nMain-Class: org.springframework.boot.loader.launch.JarLauncher\r\nStart-Class: a.B\r\n';
  const MAIN = 'Manifest-Version: 1.0\nMain-Class: a.B\n';
  const NONE = 'Manifest-Version: 1.0\n';

  it.each<[string, Files, string]>([
    ['Spring Boot', { 'target/demo-0.1.jar': SPRING }, 'java -Dserver.port=$PORT $JAVA_OPTS -jar target/demo-0.1.jar'],
    ['Spring Boot as a war', { 'target/demo.war': SPRING }, 'java -Dserver.port=$PORT $JAVA_OPTS -jar target/demo.war'],
    [
      'a module of Spring Boot beside others',
      { 'app/target/app.jar': SPRING, 'lib/target/lib.jar': NONE },
      'java -Dserver.port=$PORT $JAVA_OPTS -jar app/target/app.jar',
    ],
    [
      'a jar with a main class',
      { 'target/x.jar': MAIN, 'target/original-x.jar': MAIN, 'target/x-sources.jar': MAIN },
      'java $JAVA_OPTS -jar target/x.jar',
    ],
    [
      'Micronaut',
      { 'target/x.jar': MAIN, 'pom.xml': '<groupId>io.micronaut.platform</groupId>' },
      'java -Dmicronaut.server.port=$PORT $JAVA_OPTS -jar target/x.jar',
    ],
    [
      'Quarkus',
      { 'target/quarkus-app/quarkus-run.jar': MAIN, 'target/x.jar': NONE },
      'java -Dquarkus.http.port=$PORT $JAVA_OPTS -jar target/quarkus-app/quarkus-run.jar',
    ],
    ['Quarkus as one jar', { 'target/x-runner.jar': MAIN }, 'java -Dquarkus.http.port=$PORT $JAVA_OPTS -jar target/x-runner.jar'],
    [
      'a war with webapp-runner',
      { 'target/x.war': NONE, 'target/dependency/webapp-runner.jar': MAIN },
      'java $JAVA_OPTS -jar target/dependency/webapp-runner.jar --port $PORT target/x.war',
    ],
    ['a war without a server', { 'target/x.war': NONE }, ''],
    ['a library', { 'target/x.jar': NONE }, ''],
    ['nothing', {}, ''],
    ['a name with a blank', { 'target/my app.jar': MAIN }, ''],
  ])('%s', (_, files, web) => {
    expect(runBash('default_web target */target', { files }).trim()).toBe(web);
  });
});

describe('settings of Maven', () => {
  const network = (env: Record<string, string>) => runBash('source $B/java/lib/maven.sh; network_settings', { env });

  it('are none where the network is plain', () => expect(network({})).toBe(''));
  it('name proxies, and where there is none', () => {
    const text = network({ HTTPS_PROXY: 'http://me:p&ss@proxy.example.com:3128', NO_PROXY: 'localhost, .example.com,10.0.0.1' });
    expect(text).toContain('<protocol>https</protocol><host>proxy.example.com</host><port>3128</port>');
    expect(text).toContain('<username>me</username><password>p&amp;ss</password>');
    expect(text).toContain('<nonProxyHosts>localhost|*.example.com|10.0.0.1</nonProxyHosts>');
  });
  it('name a mirror', () =>
    expect(network({ MVNW_REPOURL: 'https://maven.example.com/a?b&c' })).toContain(
      '<mirrorOf>central</mirrorOf><url>https://maven.example.com/a?b&amp;c</url>',
    ));

  it.each([
    [{ MAVEN_SETTINGS_PATH: 'conf/s.xml' }, { 'conf/s.xml': '' }, '-s conf/s.xml'],
    [{}, { 'settings.xml': '' }, '-s settings.xml'],
    [{}, {}, ''],
    [{ MAVEN_SETTINGS_PATH: 'nowhere.xml' }, {}, 'MAVEN_SETTINGS_PATH names nowhere.xml, which is not in the app.'],
  ])('%j', (env, files, said) => {
    expect(
      runBash('source $B/java/lib/maven.sh; add_settings; echo "${SETTINGS[*]}"', {
        env: env as Record<string, string>,
        files: files as Files,
      }),
    ).toContain(said);
  });
});

describe('the version of Maven', () => {
  const choose = (files: Files, request = 'false') =>
    runBash(
      `source $B/java/lib/maven.sh; MAVEN_RUNTIMES=$PWD/maven; ANSWER=offline; stack_maven() { echo 3.8.7; }; curl() { ` +
        `false; }; request() { ${request}; }; choose_maven; echo "$MVN"`,
      { files },
    );
  const wrapper = {
    mvnw: '#!/bin/sh\r\n',
    '.mvn/wrapper/maven-wrapper.properties':
      'distributionUrl=https\\://maven.example.com/org/apache/maven/apache-maven/3.9.11/apache-maven-3.9.11-bin.zip\n',
  };

  it.each<[string, Files, string, string[]]>([
    ['unspecified', {}, 'true', ['Using Maven 3.9.16', 'mvn']],
    ['unspecified, and only the stack has one', {}, 'false', ["Maven 3.9.16 can't be had: offline", 'Using Maven 3.8.7']],
    ["the stack's", { 'system.properties': 'maven.version=3.8.7' }, 'false', ['Using Maven 3.8.7']],
    ['another', { 'system.properties': 'maven.version=3.9.9' }, 'true', ['Using Maven 3.9.9 (maven.version in system.properties)']],
    [
      "another that can't be had",
      { 'system.properties': 'maven.version=3.9.9' },
      'false',
      ["Maven 3.9.9 (maven.version in system.properties) can't be had: offline", 'This stack has 3.8.7.'],
    ],
    ['no version', { 'system.properties': 'maven.version=newest' }, 'true', ['maven.version=newest is no version of Maven.']],
    ["a wrapper whose Maven can't be had", wrapper, 'true', ["Maven 3.9.11, which mvnw asks for, can't be had", 'Using Maven 3.9.16']],
    [
      'a wrapper whose Maven is here',
      { ...wrapper, '.cache/m2/wrapper/dists/apache-maven-3.9.11-bin/1a2b/apache-maven-3.9.11/x': '' },
      'true',
      ['line ends of Windows', 'Using Maven 3.9.11 (mvnw)', './mvnw'],
    ],
    ['a wrapper without a URL', { mvnw: '', '.mvn/wrapper/maven-wrapper.properties': '' }, 'true', ['names no distributionUrl']],
    ['a wrapper without its properties', { mvnw: '' }, 'true', ['Using Maven 3.9.16']],
  ])('%s', (_, files, request, said) => {
    const text = choose(files, request);
    for (const line of said) expect(text).toContain(line);
  });
});
