/**
 * The command that starts a program which does not outlive us: Lightpanda would not notice the death of its parent. The
 * pipe at descriptor 3 closes with us, however we end, and then what reads it kills the program, whose process the shell
 * has become.
 */
export function guarded(executable: string, args: readonly string[]) {
  return { executable: '/bin/sh', args: ['-c', SCRIPT, 'sh', executable, ...args] };
}

/** Of what a shell adds to the environment, nothing is left. */
const SCRIPT = '{ read -r _ <&3; kill -9 $$; } >/dev/null 2>&1 4>&- & unset PWD OLDPWD SHLVL; exec "$@" 3<&- 4>&-';
