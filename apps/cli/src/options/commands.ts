import {
  amount,
  browserOptions,
  count,
  factor,
  flag,
  pageOptions,
  placeOptions,
  sessionOptions,
  storeOptions,
  text,
} from '@wakey/config';

/** Options of every command that prints. */
export const outputOptions = {
  json: flag({ flag: 'json', doc: 'Print one JSON object per line on stdout; logs go to stderr.' }),
};

/** Options of every command that starts a browser, besides those of the browser. */
export const logOptions = {
  verbose: flag({
    flag: 'verbose',
    short: 'v',
    doc: 'Log details and the stacks of errors on stderr.',
  }),
};

/** Options of every command that runs a session. */
export const sessionCommandOptions = {
  ...placeOptions,
  ...storeOptions,
  ...sessionOptions,
  ...pageOptions,
  ...outputOptions,
  ...browserOptions,
  ...logOptions,
};

/** Options of every command that may link a device, besides those of the link. */
export const exitOptions = {
  exitWhenReady: flag({
    flag: 'exit-when-ready',
    doc: 'Stop cleanly and exit with 0 once the session is ready. The login is kept.',
  }),
};

/** Options of `wakey keys rotate`: what comes after the keys of `storeOptions`. */
export const newKeyOptions = {
  newKeyFile: text({
    flag: 'new-key-file',
    value: '<path>',
    doc: 'File with the secret key that opens the backups from now on.',
    fallback: undefined,
  }),
  newPassphraseFile: text({
    flag: 'new-passphrase-file',
    value: '<path>',
    doc: 'File with the passphrase that opens the backups from now on.',
    fallback: undefined,
  }),
};

/** Of `wakey export` and `wakey import`. */
const plain = flag({
  flag: 'plain',
  doc: 'No encryption: anybody who can read the file, or the backups, has the account.',
});

/** Options of `wakey export`. */
export const exportOptions = {
  driver: pageOptions.driver,
  to: text({
    flag: 'to',
    value: '<file>',
    doc: 'The file to write; - for stdout. An existing file is never overwritten.',
    fallback: undefined,
    shown: 'a file named after the session and the time, in the working directory',
  }),
  plain,
  fromQuarantine: flag({
    flag: 'from-quarantine',
    doc: 'Export the backup that is in quarantine after a logout that you did not command.',
  }),
};

/** Options of `wakey doctor`: what it looks at is what these name to `wakey start`. */
export const doctorOptions = {
  ...placeOptions,
  ...storeOptions,
  driver: pageOptions.driver,
  ...browserOptions,
  skipBrowser: flag({
    flag: 'skip-browser',
    doc: 'Do not start the browser: quicker, but doctor then does not know whether all is well.',
  }),
  ...outputOptions,
};

const arrival = {
  session: text({
    flag: 'session',
    value: '<name>',
    doc: 'Name of the session on this machine.',
    fallback: 'main',
  }),
  replace: flag({ flag: 'replace', doc: 'Move an existing login to quarantine, instead of refusing.' }),
};

/** Options of `wakey import`. */
export const importOptions = { ...arrival, plain, driver: pageOptions.driver };

/** Options of `wakey migrate`. */
export const migrateOptions = {
  ...arrival,
  profile: text({
    flag: 'profile',
    value: '<name>',
    doc: 'Which profile to use if there are several, such as "session-work" or "Profile 1".',
    fallback: undefined,
  }),
};

/** Options of `wakey simulate`. */
export const simulatorOptions = {
  port: count({ flag: 'port', doc: 'Port of the page.', fallback: 0, min: 0, max: 65_535, shown: 'a free one' }),
  https: flag({ flag: 'https', doc: 'Serve the page over HTTPS, with a self-signed certificate.' }),
  speed: factor({
    flag: 'speed',
    doc: 'How many times faster than in reality codes expire and messages sync.',
    fallback: 1,
  }),
  weight: amount({
    flag: 'weight',
    value: '<size>',
    doc: 'Size of the scripts that the page loads, such as 10MB.',
    shown: 'all scripts are in the document',
    units: { kB: 1_000, MB: 1_000_000 },
    most: 200_000_000,
  }),
  line: amount({
    flag: 'line',
    value: '<rate>',
    doc: 'Rate at which the page loads, such as 1Mbit/s; the line stalls three times for 10 s.',
    shown: 'no limit',
    units: { 'kbit/s': 125, 'Mbit/s': 125_000 },
    most: 1_000_000_000,
  }),
};

/** Options of `wakey demo`. */
export const demoOptions = {
  keep: flag({ flag: 'keep', doc: 'Keep the linked session running at the end, to try things.' }),
  speed: factor({ ...simulatorOptions.speed, fallback: 10, shown: '10' }),
};
