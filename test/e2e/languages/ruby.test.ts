// Ruby apps in their usual layouts: Sinatra with gems to compile, Rails with assets, a Procfile of plain Ruby.
import { deploysEach } from '../../support/languages.js';

const REUSED = 'Nothing to install: the gems are those of the last build.';

deploysEach('Ruby', [
  {
    fixture: 'ruby-sinatra',
    says: [
      '-----> Ruby app detected',
      /^-----> Using Ruby version: ruby-\d/,
      /^-----> Installing dependencies using bundler \d/,
      /Default types for buildpack +-> web, console$/,
    ],
    answers: 'Sinatra 4.1.1 on Puma, production',
    saysAgain: [new RegExp(REUSED)],
  },
  {
    fixture: 'ruby-rails',
    says: [
      '-----> Ruby app detected',
      '-----> Preparing app for Rails asset pipeline',
      /Writing public\/assets\/application-[0-9a-f]+\.css$/,
      /Default types for buildpack +-> web, console, rake$/,
    ],
    answers: /href="\/assets\/application-[0-9a-f]+\.css"[\s\S]*<h1>Rails 7\.2\.2\.2 in production<\/h1>/,
    saysAgain: [new RegExp(REUSED), /Nothing to make: the assets are those of the last build\.$/],
  },
  {
    fixture: 'ruby-procfile',
    says: ['-----> Ruby app detected', /^-----> Installing dependencies using bundler \d/, /Procfile declares types +-> web, worker$/],
    answers: 'WEBrick 1.9.1',
    saysAgain: [new RegExp(REUSED)],
  },
]);
