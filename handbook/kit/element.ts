/// <reference types="vite/client" />
/** `<loss-widget name="focal" lang="en">`: shows its static picture until it comes into view, then loads its code and wakes. */
import type { Language, Widget } from "./widget.ts";

const modules = import.meta.glob<{ default: Widget }>("../widgets/*.ts");

class LossWidget extends HTMLElement {
  private stop: (() => void) | undefined;
  private readonly seen = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) void this.wake();
  });

  connectedCallback(): void {
    this.seen.observe(this);
  }

  disconnectedCallback(): void {
    this.seen.disconnect();
    this.stop?.();
  }

  private async wake(): Promise<void> {
    this.seen.disconnect();
    const load = modules[`../widgets/${this.getAttribute("name")}.ts`];
    if (!load) throw new Error(`no widget "${this.getAttribute("name")}"`);
    const [{ default: widget }, { live }] = await Promise.all([load(), import("./live.ts")]);
    if (this.isConnected) this.stop = live(this, widget, this.lang as Language);
  }
}

/** Widgets wake after the page's own framework has taken over its markup. */
export function defineLossWidget(): void {
  if (!customElements.get("loss-widget")) customElements.define("loss-widget", LossWidget);
}
