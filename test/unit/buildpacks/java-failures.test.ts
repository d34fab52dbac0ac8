import { describe, expect, it } from 'vitest';
import { explained } from './java-bash.js';

const MAVEN: [string, string, string][] = [
  ['pom', '[ERROR] Non-parseable POM /tmp/build_1/pom.xml: expected </project> (position: 3:1)', "pom.xml can't be read"],
  ['pom', "[ERROR] 'dependencies.dependency.version' for com.google.code.gson:gson:jar is missing. @ line 12", 'is missing'],
  ['java-release', '[ERROR] Fatal error compiling: error: release version 21 not supported -> [Help 1]', 'java.runtime.version'],
  ['java-release', '[ERROR] Source option 5 is no longer supported. Use 7 or later.', 'maven.compiler.release'],
  [
    'class-version',
    'java.lang.UnsupportedClassVersionError: com/x/Mojo has been compiled by a more recent version of the Java Runtime',
    'needs a newer Java',
  ],
  [
    'network',
    '[ERROR] Could not transfer artifact g:a:pom:1 from/to central: repo.example.com: Temporary failure in name resolution',
    'MVNW_REPOURL',
  ],
  ['network', 'Could not transfer artifact g:a:pom:1: PKIX path building failed', 'could not be reached'],
  [
    'credentials',
    'Could not transfer artifact g:a:pom:1 from/to corp: status code: 401, reason phrase: Unauthorized (401)',
    'settings.xml',
  ],
  ['parent', '[FATAL] Non-resolvable parent POM for com.example:demo:1: Could not find artifact x:y:pom:9.9', 'parent of pom.xml'],
  ['plugin', '[ERROR] Plugin org.example:nope-maven-plugin:1.0 or one of its dependencies could not be resolved', 'Maven plugin'],
  ['plugin', "[ERROR] No plugin found for prefix 'nope' in the current project", 'Maven plugin'],
  [
    'dependency',
    '[ERROR] Failed to execute goal on project hello: Could not resolve dependencies: Could not find artifact ' +
      'com.example:nope:jar:1.0 in central',
    'none of the repositories',
  ],
  [
    'dependency',
    'Could not resolve dependencies for project g:a:jar:1\ndependency: com.example:nope:jar:1.0 (compile)\n' +
      '\tCould not find artifact com.example:nope:jar:1.0 in central',
    '(Could not find artifact com.example:nope:jar:1.0 in central)',
  ],
  ['tests', '[ERROR] There are test failures.', 'MAVEN_CUSTOM_OPTS'],
  ['memory', 'java.lang.OutOfMemoryError: Java heap space', 'MAVEN_JAVA_OPTS'],
  ['disk', 'java.io.IOException: No space left on device', 'filled its disk'],
  ['goal', '[ERROR] Unknown lifecycle phase "pakcage".', 'MAVEN_CUSTOM_GOALS'],
  ['enforcer', '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-enforcer-plugin:3.5.0:enforce', 'rule of the app'],
  ['main-class', 'Execution repackage of goal spring-boot-maven-plugin:repackage failed: Unable to find main class', 'start-class'],
  [
    'compile',
    '[ERROR] COMPILATION ERROR : \n[ERROR] /tmp/b/src/main/java/A.java:[3,5] cannot find symbol',
    'A.java:[3,5] cannot find symbol',
  ],
  ['compile', '[ERROR] Failed to execute goal: Compilation failure', 'does not compile'],
  ['goal-failed', '[ERROR] Failed to execute goal org.example:x:1.0:run (default) on project hello: it broke', 'it broke'],
  ['unknown', 'Killed', 'last lines'],
];

const GRADLE: [string, string, string][] = [
  [
    'distribution',
    'Downloading https://gradle.example.com/gradle-9.4.1-bin.zip\n' +
      'Exception in thread "main" java.net.UnknownHostException: gradle.example.com',
    'distributionUrl',
  ],
  [
    'distribution',
    'Exception in thread "main" java.io.FileNotFoundException: https://gradle.example.com/gradle-9.9-bin.zip',
    'distributionUrl',
  ],
  [
    'distribution',
    'Exception in thread "main" java.io.IOException: Server returned HTTP response code: 503 for URL: https://gradle.example.com/',
    'distributionUrl',
  ],
  [
    'tests',
    'Downloading https://gradle.example.com/gradle-9.4.1-bin.zip\n> There were failing tests. See the report at: file:///…',
    'GRADLE_TASK',
  ],
  ['wrapper-jar', 'Error: Could not find or load main class org.gradle.wrapper.GradleWrapperMain', 'damaged'],
  ['java-release', 'error: invalid source release: 21', 'java.runtime.version'],
  ['java-release', 'Cannot find a Java installation on your machine matching: {languageVersion=21}', 'java.runtime.version'],
  ['class-version', 'BUG! exception in phase semantic analysis: Unsupported class file major version 65', 'update Gradle'],
  ['plugin', "Plugin [id: 'com.example.nope', version: '1.0'] was not found in any of the following sources:", 'pluginManagement'],
  ['task', "Task 'stage' not found in root project 'hello'.", 'GRADLE_TASK'],
  ['network', "Could not GET 'https://repo.example.com/a.pom'.\n> java.net.UnknownHostException: repo.example.com", 'could not be reached'],
  ['credentials', "Could not GET 'https://repo.example.com/a.pom'. Received status code 401 from server: Unauthorized", 'refused'],
  ['dependency', '> Could not find com.example:nope:1.0.', 'none of the repositories'],
  ['memory', 'Gradle build daemon disappeared unexpectedly (it may have been killed or may have crashed)', 'org.gradle.jvmargs'],
  ['disk', 'No space left on device', 'filled its disk'],
  ['compile', '> Compilation failed; see the compiler error output for details.', 'does not compile'],
  ['tests', '> There were failing tests. See the report at: file:///…', 'GRADLE_TASK'],
  ['script', 'Could not find method implementatino() for arguments [com.google.code.gson:gson:2.14.0]', 'own script'],
  ['main-class', '> Main class name has not been configured and it could not be resolved', 'mainClass'],
  ['failed', "Execution failed for task ':generate'.", 'generate'],
  ['unknown', 'Killed', 'last lines'],
];

describe('failures are explained', () => {
  it.each(MAVEN)('Maven: %s', (id, log, text) => check('java', id, log, text));
  it.each(GRADLE)('Gradle: %s', (id, log, text) => check('gradle', id, log, text));
});

function check(pack: 'java' | 'gradle', id: string, log: string, text: string): void {
  const said = explained(pack, log);
  expect(said.id).toBe(id);
  expect(said.text).toContain(text);
  expect(said.text).not.toContain('%s');
}
