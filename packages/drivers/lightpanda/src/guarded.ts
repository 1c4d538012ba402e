/**
 * The command that starts a program so that it ends with this process. Lightpanda itself does not notice the death of
 * its parent. The shell starts a background process that reads the pipe at descriptor 3, and then becomes the program
 * (`exec`). When this process ends in any way, the pipe closes, and the background process kills the program.
 */
export function guarded(executable: string, args: readonly string[]) {
  return { executable: '/bin/sh', args: ['-c', SCRIPT, 'sh', executable, ...args] };
}

/** The script removes the variables that a shell adds to the environment. */
const SCRIPT = '{ read -r _ <&3; kill -9 $$; } >/dev/null 2>&1 4>&- & unset PWD OLDPWD SHLVL; exec "$@" 3<&- 4>&-';
