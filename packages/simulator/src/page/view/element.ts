/** Creates an element with attributes and children. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Creates an SVG picture of one path. */
export function icon(path: string, size: number, name: string): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', width: size, height: size, class: name })) {
    svg.setAttribute(key, String(value));
  }
  const shape = document.createElementNS(namespace, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/** A speech bubble. */
export const bubblePath =
  'M12 2.5a9.5 9.5 0 0 0-8.2 14.3L2.5 21.5l4.8-1.3A9.5 9.5 0 1 0 12 2.5Zm-4 7h8v1.6H8Zm0 3.4h5.5v1.6H8Z';
/** A closed padlock. */
export const lockPath = 'M7 10V8a5 5 0 0 1 10 0v2h1v10H6V10Zm2 0h6V8a3 3 0 0 0-6 0Z';
/** Two arrows in a circle. */
export const refreshPath = 'M12 5V2L7.5 6.5 12 11V7.5a4.5 4.5 0 1 1-4.4 5.4H5.1A7 7 0 1 0 12 5Z';
