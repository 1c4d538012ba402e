/**
 * Hashes a list of values to 16 hex digits (cyrb53). The symbolic ratchet needs names that differ, not secrecy: page
 * and service compute them at once, and thousands of them in a second.
 */
export function hashOf(...parts: readonly (string | number)[]): string {
  const text = JSON.stringify(parts);
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 2_654_435_761);
    second = Math.imul(second ^ code, 1_597_334_677);
  }
  const mixed = [mix(first, second), mix(second, first)];
  return mixed.map((half) => half.toString(16).padStart(8, '0')).join('');
}

function mix(one: number, other: number): number {
  return (Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(other ^ (other >>> 13), 3_266_489_909)) >>> 0;
}
