import { Html, html } from "./html.ts";
import { GENERATOR } from "./place.ts";
import { style } from "./style.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A whole page around a report's body: self-contained, running and loading nothing. `more` is style of its own. */
export const documentOf = (title: string, body: Html, more = ""): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">${new Html(GENERATOR)}
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${new Html(style + more)}</style></head>
<body><main>
${body}
</main></body></html>
`.markup;
