import { expect } from 'vitest';
import { deploysEach } from '../../support/languages.js';

deploysEach('Java', [
  {
    fixture: 'java-maven',
    says: [
      '-----> Java app detected',
      '-----> Installing Java',
      '       system.properties: java.runtime.version=17',
      /^ {7}Using OpenJDK 17\.[\d.]+$/,
      '-----> Executing Maven',
      '       $ mvn -DskipTests clean dependency:list install',
      '       [INFO] BUILD SUCCESS',
      '       Default types for buildpack -> web',
    ],
    answers: '{"hello":"Java 17"}',
    check: async (app) => {
      expect(await app.get('/dependencies')).toMatchObject({
        status: 200,
        body: expect.stringContaining('com.google.code.gson:gson:jar:') as string,
      });
    },
    saysAgain: ['-----> Executing Maven', '       [INFO] BUILD SUCCESS'],
  },
  {
    fixture: 'java-spring-boot',
    says: ['-----> Java app detected', '       [INFO] BUILD SUCCESS', '       Default types for buildpack -> web'],
    answers: 'Hello from Spring Boot',
  },
  {
    fixture: 'gradle-app',
    says: [
      '-----> Gradle app detected',
      '       Using Gradle 4.4.1 (gradlew)',
      '-----> Executing Gradle',
      '       $ gradle installDist -x check',
      /^ {7}BUILD SUCCESSFUL in /,
      '       Default types for buildpack -> web',
    ],
    answers: '{"hello":"Gradle"}',
  },
]);
