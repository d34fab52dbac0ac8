// The settings of every app's repository, as the texts of two of its files.

/** A build gets what a checkout would hold: without this, `git archive` leaves out files marked export-ignore. */
export const REPO_ATTRIBUTES = '* -export-ignore -export-subst\n';

/** The config file of a bare repository. A repository whose file differs is given this one at its next use. */
export function repoConfig(o: { hooksDir: string; maxPackBytes: number }): string {
  return `# Written by Slipway at each change of its recipe (2); edits are lost.
[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	logAllRefUpdates = true
	hooksPath = ${quote(o.hooksDir)}
	# Larger files pass through git in pieces; smaller ones, and what is made of deltas, are held in memory.
	bigFileThreshold = 64m
	packedGitWindowSize = 32m
[pack]
	threads = 2
	windowMemory = 128m
[transfer]
	# Hostile trees (.git/config, ..) end here; leniencies below are what old, honest histories need.
	fsckObjects = true
[receive]
	# Keep packs as packs: a 200 MB push takes 2 s instead of 9, the next clone 2 s instead of 52.
	unpackLimit = 1
	autogc = false
	maxInputSize = ${o.maxPackBytes}
	advertisePushOptions = false
[receive "fsck"]
	zeroPaddedFilemode = warn
	missingSpaceBeforeDate = warn
	badTimezone = warn
[uploadpack]
	allowFilter = true
[tar]
	# Modes of a source archive are those of a checkout.
	umask = 0022
[http]
	receivepack = true
[gc]
	# Our own nightly sweep does it.
	auto = 0
`;
}

function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
