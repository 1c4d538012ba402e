import { UsageError } from '@wakey/config';

/** A kind of machine for which Lightpanda is published. */
export type WheelPlatform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

/** One version of the PyPI package `lightpanda`, whose wheels contain Lightpanda's binary. */
export interface LightpandaPin {
  /** The version of the package, such as "1.0.0.post2". Its binary is the release "1.0.0". */
  readonly version: string;
  /** The SHA-256 of each wheel, as PyPI's index publishes it. */
  readonly wheels: { readonly [P in WheelPlatform]: string };
  /** The SHA-256 of the binary in each wheel that we unpacked. */
  readonly binaries?: { readonly [P in WheelPlatform]?: string };
}

/** The platform in the name of a wheel, as pip writes it. */
export const wheelTags: { readonly [P in WheelPlatform]: string } = {
  'linux-x64': 'manylinux_2_35_x86_64',
  'linux-arm64': 'manylinux_2_35_aarch64',
  'darwin-x64': 'macosx_13_0_x86_64',
  'darwin-arm64': 'macosx_14_0_arm64',
};

/**
 * The versions that Wakey installs, newest first. Source of the wheels' SHA-256: the index of PyPI,
 * https://pypi.org/simple/lightpanda/, read through `pip install --dry-run --report` on 2026-11-28. The SHA-256 of a
 * binary is of the file in that wheel.
 */
export const lightpandaPins: readonly LightpandaPin[] = [
  {
    version: '1.0.2',
    wheels: {
      'linux-x64': '8f1e71951664130a7b8a4165ef763b802f549d6e60e3dff62102d89f8aea87df',
      'linux-arm64': '0a45ffcc1b0a9d1f0868ad524bcb7fc35a1f979957855c71802bfa99c959a50f',
      'darwin-x64': 'edc24e0c5e7ac28fbbe70cde0efbb9c227aeb0c7cd40c9ba6750da695f50b5b3',
      'darwin-arm64': '314a530b8a0cb5b5fb06e75014894750483139d6e29387c78e68eb015bca1842',
    },
    binaries: { 'linux-x64': 'ae7d01d261efb9e480e18ce3424533332883863bcf70b12a4321b5733f37e19e' },
  },
  {
    version: '1.0.1',
    wheels: {
      'linux-x64': '94ef1ea6ed2e4018fa1c3b3bf7789778793b4dcf8cb84c93f953a097daddb5f8',
      'linux-arm64': '1f508a819fac8561a4be6c5e5928a049eefb81e80dc372fee6c122f78b7ca2b9',
      'darwin-x64': '7a2f0abd8164a05911de1eb04b5807ec8bec7a9cdb2aaa051472f785cefbb14e',
      'darwin-arm64': '2857c1e2350bfca1294ffe71308ec5029e27380a63587326aa699d38e621b6e5',
    },
    binaries: { 'linux-x64': '551747e35c51ba107b5d5277eca4b48e077b2a3b40f09a047bf6670448bc35fd' },
  },
  {
    version: '1.0.0.post2',
    wheels: {
      'linux-x64': '0b50ab5de1cead47a62f28fc691212dff0be0ea55db71ef0fbd13a88e0f369a5',
      'linux-arm64': '463ce11f507636cc51cc7a7bd4e9b93d6094ac387b68753ee2b87944f3d81471',
      'darwin-x64': '096a590db64212e6de5aea405983d12dae7b58c70a53070b610b82ce61842da7',
      'darwin-arm64': '0b62592527eada998a5c1495b98afe181fd145a5a5b20c18a860249311e12f7a',
    },
    binaries: { 'linux-x64': 'aa5a4b8ed53d1e38b3c73f5b2647d0a84a82e6744557f45f9a9c85858aa031c3' },
  },
  {
    version: '0.4.1.post1',
    wheels: {
      'linux-x64': '3182814fc694670a6a7494406750c4af66715cf9d98b1638eb83c8e356d50d14',
      'linux-arm64': 'c62f0cb71f8938d12126c60cec0cc12e8f61808837ac65cfca8952ab9a51bb64',
      'darwin-x64': '71dfe6388cd271697b3a2a1041ec34297136651be5025c916e3e7e8b9635e903',
      'darwin-arm64': '495cfdc5e071ff0775d538d712c679838151a86a08e8c9693b8c81b5e1f97152',
    },
    binaries: { 'linux-x64': '1d40801e72c0bc61b2cbd3f3562bcfc46de7b79e0568f33f686b64f2e587610a' },
  },
];

/** The release of Lightpanda that a version of the package contains: "1.0.0" for "1.0.0.post2". The binary prints it. */
export function releaseOf({ version }: LightpandaPin): string {
  return version.replace(/\.post\d+$/, '');
}

/**
 * Returns the versions that a word on the command line names: "lightpanda" for the newest, "lightpanda@1.0.1" for one,
 * "lightpanda@all" for all. Throws a UsageError for any other word.
 */
export function pinsNamed(word: string): readonly LightpandaPin[] {
  const [name = '', wanted = lightpandaPins[0]?.version ?? ''] = word.split(/@(.*)/s);
  if (name !== 'lightpanda') {
    throw new UsageError(
      `Wakey installs only lightpanda, not "${name}". For Chrome: npx @puppeteer/browsers install chrome-headless-shell@stable`,
    );
  }
  const found = lightpandaPins.filter((pin) => wanted === 'all' || [pin.version, releaseOf(pin)].includes(wanted));
  if (found.length > 0) return found;
  const known = lightpandaPins.map(({ version }) => version).join(', ');
  throw new UsageError(
    `Wakey has no checksum of lightpanda ${wanted}. It installs ${known}; for another build, set LIGHTPANDA_EXECUTABLE_PATH to its binary.`,
  );
}
