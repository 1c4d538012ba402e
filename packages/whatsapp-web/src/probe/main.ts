import { type ProbeSettings, probeKey } from '../probe-command.js';
import type { PageWindow } from './page-window.js';
import { type Probe, startProbe } from './probe.js';

/**
 * Starts the probe in this document, once: a second call only changes the function that takes the reports. The probe
 * does not start in frames. It adds one property to `window`, under a symbol, which no enumeration of names shows.
 */
export function install(settings: ProbeSettings): void {
  const page = window as unknown as PageWindow;
  if (page.top !== page) return;
  const key = Symbol.for(probeKey);
  const present: Probe | undefined = Reflect.get(page, key);
  if (present !== undefined) present.reportTo(settings.binding);
  else Object.defineProperty(page, key, { value: startProbe(page, settings), enumerable: false });
}
