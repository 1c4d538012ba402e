import { realLightpandas } from './real-binaries.ts';
import { standInBinary } from './stand-in/binary.ts';
import { versions } from './stand-in/versions.ts';

/** A binary for a test, and its name for the title of the test. */
export interface TestedBinary {
  readonly on: string;
  readonly version: string;
  readonly executable: string;
  readonly isReal: boolean;
}

/** Every real Lightpanda of this machine, and all stand-ins. */
export async function binaries(): Promise<readonly TestedBinary[]> {
  const real = (await realLightpandas()).map((binary) => ({
    ...binary,
    on: `the real ${binary.version}`,
    isReal: true,
  }));
  const standIns = versions.map(async (version) => {
    const executable = await standInBinary({ version });
    return { version, executable, on: `a stand-in for ${version}`, isReal: false };
  });
  return [...real, ...(await Promise.all(standIns))];
}
