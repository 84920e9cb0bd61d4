import { chromium } from "playwright-core";
import sirv from "sirv"; import http from "node:http";
const s = http.createServer(sirv("dist/handbook")).listen(4594);
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--headless=new","--no-sandbox","--disable-gpu","--disable-background-networking"] });
const stems = process.argv[2].split(",");
for (const [tag, lang, width, scheme] of [["w","",1280,"light"],["n","zh/",360,"dark"]].filter(([t])=>!process.argv[3]||process.argv[3]===t)) {
  const context = await b.newContext({ viewport: { width, height: width>500?900:740 }, colorScheme: scheme });
  const page = await context.newPage();
  page.on("console", m => { if (m.type()==="error"||m.type()==="warning") console.log("console", m.type(), m.text()); }); page.on("pageerror", e => console.log("error", e.message));
  for (const stem of stems) {
    await page.goto("http://localhost:4594/" + lang + "losses/" + stem + ".html");
    await page.waitForSelector("loss-widget[data-live]", { timeout: 30000 });
    await page.waitForTimeout(300);
    await page.locator("loss-widget").first().screenshot({ path: `/tmp/p4play/shots/${stem}-${tag}.png` });
  }
  await context.close();
}
await b.close(); s.close();
