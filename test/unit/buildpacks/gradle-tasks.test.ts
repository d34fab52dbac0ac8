import { describe, expect, it } from 'vitest';
import { runBash, type Files } from './java-bash.js';

describe('tasks of Gradle', () => {
  it.each<[string, Files, string, Record<string, string>?]>([
    ['a config var', { 'build.gradle': 'task stage {}' }, 'a:build -x check', { GRADLE_TASK: 'a:build -x check' }],
    ['task stage', { 'build.gradle': "task stage(dependsOn: ['build', 'clean'])" }, 'stage'],
    ['a registered stage', { 'build.gradle.kts': 'tasks.register("stage") { dependsOn("installDist") }' }, 'stage'],
    ['a registered stage of a type', { 'app/build.gradle.kts': 'tasks.register<Copy>("stage")' }, 'stage'],
    ['val stage', { 'build.gradle.kts': 'val stage by tasks.registering' }, 'stage'],
    ['a stage that is a comment', { 'build.gradle': "// task stage\nplugins { id 'application' }" }, 'installDist -x check'],
    ['Spring Boot', { 'build.gradle': "plugins { id 'org.springframework.boot' version '4.1.2' }" }, 'build -x check'],
    [
      'Spring Boot by a catalog',
      { 'build.gradle': 'plugins { alias(libs.plugins.boot) }', 'gradle/libs.versions.toml': 'boot = { id = "org.springframework.boot" }' },
      'build -x check',
    ],
    ['application', { 'build.gradle': "apply plugin: 'application'" }, 'installDist -x check'],
    ['application in Kotlin', { 'app/build.gradle.kts': 'plugins {\n    application\n}' }, 'installDist -x check'],
    ['shadow', { 'build.gradle': "plugins { id 'com.gradleup.shadow' version '9.0.0'\n id 'application' }" }, 'shadowJar -x check'],
    ['anything else', { 'build.gradle': "plugins { id 'java' }" }, 'build -x check'],
  ])('%s', (_, files, tasks, env) => {
    expect(
      runBash('source $B/gradle/lib/tasks.sh; tasks', { files, ...(env && { env }) })
        .trim()
        .replaceAll('\n', ' '),
    ).toBe(tasks);
  });

  const MAIN = 'Main-Class: a.B\n';
  it.each<[string, Files, string]>([
    [
      'a start script',
      { 'build/install/hello/bin/hello': '', 'build/install/hello/bin/hello.bat': '', 'build/libs/hello.jar': MAIN },
      'build/install/hello/bin/hello',
    ],
    ['a start script of a module', { 'app/build/install/app/bin/app': '' }, 'app/build/install/app/bin/app'],
    ['two start scripts', { 'build/install/a/bin/a': '', 'build/install/b/bin/b': '' }, ''],
    [
      'Spring Boot',
      { 'build/libs/demo.jar': `${MAIN}Start-Class: a.B\n`, 'build/libs/demo-plain.jar': MAIN, 'build/install/demo/bin/demo': '' },
      'java -Dserver.port=$PORT $JAVA_OPTS -jar build/libs/demo.jar',
    ],
    ['a shadow jar', { 'build/libs/x-all.jar': MAIN }, 'java $JAVA_OPTS -jar build/libs/x-all.jar'],
    [
      'a war with webapp-runner',
      { 'build/libs/x.war': '', 'build/server/webapp-runner-10.1.jar': '' },
      'java $JAVA_OPTS -jar build/server/webapp-runner-10.1.jar --port $PORT build/libs/x.war',
    ],
    ['nothing', {}, ''],
  ])('then run %s', (_, files, web) => {
    expect(runBash('source $B/gradle/lib/tasks.sh; default_gradle_web', { files }).trim()).toBe(web);
  });
});

describe('the version of Gradle', () => {
  const files = (version: string, host = 'services.gradle.org'): Files => ({
    gradlew: '#!/bin/sh\n',
    'gradle/wrapper/gradle-wrapper.jar': '',
    'gradle/wrapper/gradle-wrapper.properties': `distributionUrl=https\\://${host}/distributions/gradle-${version}-bin.zip\n`,
  });
  const choose = (given: Files, request: string, stack = '4.4.1') =>
    runBash(
      `source $B/gradle/lib/wrapper.sh; GRADLE_RUNTIMES=$PWD/gradles; stack_gradle() { echo ${stack}; }; request() { ` +
        `ANSWER='no way there'; ${request}; }; choose_gradle; echo "$GRADLE"; find .cache -name '*.ok' -o -type l`,
      { files: given },
    );

  it.each<[string, Files, string, string[]]>([
    [
      'of the wrapper',
      files('7.5.1'),
      'true',
      ['Using Gradle 7.5.1 (gradlew)', './gradlew', 'dists/gradle-7.5.1-bin/7jzzequgds1hbszbhq3npc5ng/gradle-7.5.1-bin.zip.ok'],
    ],
    ["that is the stack's", files('4.4.1'), 'false', ['Using Gradle 4.4.1', '\ngradle\n']],
    [
      "that can't be had",
      files('9.4.1'),
      'false',
      [
        "Gradle 9.4.1, which gradlew asks for, can't be had: no way there",
        'SLIPWAY_BUILD_ENV_GRADLE_DISTRIBUTION_MIRROR',
        '4.4.1 of the stack is used',
        '\ngradle\n',
      ],
    ],
    ["of the app's own", files('9.4.1', 'gradle.example.com'), 'false', ['Using Gradle 9.4.1 (gradlew)', './gradlew']],
    [
      'of properties that name none',
      { ...files('9.4.1'), 'gradle/wrapper/gradle-wrapper.properties': 'distributionBase=GRADLE_USER_HOME\n' },
      'false',
      ['Using gradlew: its properties name no distributionUrl', './gradlew'],
    ],
    ['of a candidate', files('9.5-rc-1'), 'false', ['./gradlew']],
  ])('%s', (_, given, request, said) => {
    const text = choose(given, request);
    for (const line of said) expect(text).toContain(line);
  });

  it('is refused where the stack has none', () =>
    expect(choose(files('9.4.1'), 'false', '')).toContain("Gradle 9.4.1, which gradlew asks for, can't be had: no way there"));
  it.each([
    ['gradlew', 'gradlew is not in the repository'],
    ['gradle/wrapper/gradle-wrapper.jar', 'git add -f gradle/wrapper/gradle-wrapper.jar'],
    ['gradle/wrapper/gradle-wrapper.properties', 'gradle/wrapper/gradle-wrapper.properties is not in the repository'],
  ])('needs %s', (name, said) => {
    const { [name]: _, ...rest } = files('9.4.1');
    expect(choose(rest, 'true')).toContain(said);
  });
});
