/** The handbook's site. Its pages are assembled by handbook/pages/build.ts. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { katex } from "@mdit/plugin-katex";
import { type DefaultTheme, defineConfig, type UserConfig } from "vitepress";
import { tokenize } from "./search.ts";

const root = join(import.meta.dirname, "..", "..");
const pages = join(root, "build", "handbook");
const listed = join(pages, "sidebar.json");
const sidebar = existsSync(listed)
  ? (JSON.parse(readFileSync(listed, "utf8")) as Record<"en" | "zh", DefaultTheme.SidebarItem[]>)
  : { en: [], zh: [] };

/** Formulas carry the page's colours: \pred{x}, \target{t}, \loss{L}, \grad{\partial L}. */
const macros = {
  "\\pred": "\\htmlClass{prediction}{#1}",
  "\\target": "\\htmlClass{target}{#1}",
  "\\loss": "\\htmlClass{loss}{#1}",
  "\\grad": "\\htmlClass{gradient}{#1}",
};

/** A loss that falls to its minimum. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M3 5c5 28 19 28 26 0" fill="none" stroke="#b04a00" stroke-width="3"/><circle cx="16" cy="25" r="4" fill="#0067a3"/></svg>`;

const guides = {
  en: [
    { text: "Which loss?", link: "/guides/which" },
    { text: "The same data under several losses", link: "/guides/sameData" },
    { text: "Numbers", link: "/guides/numbers" },
    { text: "Use it", link: "/guides/use" },
    { text: "Write your own loss", link: "/guides/ownLoss" },
    { text: "Speed", link: "/guides/speed" },
  ],
  zh: [
    { text: "选哪个损失？", link: "/zh/guides/which" },
    { text: "同一份数据，几种损失", link: "/zh/guides/sameData" },
    { text: "数值", link: "/zh/guides/numbers" },
    { text: "用起来", link: "/zh/guides/use" },
    { text: "写自己的损失", link: "/zh/guides/ownLoss" },
    { text: "速度", link: "/zh/guides/speed" },
  ],
};

/** Highlighted code: the same stands on the page in the other language, and is read once more for the search. */
const highlighted = new Map<string, string>();

export default defineConfig({
  title: "Lossary",
  description: "Every loss, alive.",
  srcDir: pages,
  outDir: join(root, "dist", "handbook"),
  cacheDir: join(root, "build", "vitepress"),
  // Replaced by a relative path in every page after the build, so that the site works at any address.
  base: process.env.HANDBOOK_BASE ?? "/",
  cleanUrls: false,
  lastUpdated: false,
  // A page loads what it shows, not what it links to.
  router: { prefetchLinks: false },
  ignoreDeadLinks: process.env.HANDBOOK_DRAFT === "1",
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  appearance: true,
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (md) => {
      const { highlight } = md.options;
      md.options.highlight = (code, language, attributes) => {
        const key = [language, attributes, code].join("\n");
        const html = highlighted.get(key) ?? highlight?.(code, language, attributes) ?? "";
        highlighted.set(key, html);
        return html;
      };
      md.use(katex, {
        macros,
        logger: () => "ignore",
        trust: ({ command }: { command: string }) => command === "\\htmlClass",
        transformer: (html: string) =>
          html
            .replace(/^<(\w+)/, "<$1 v-pre")
            // Wide formulas scroll, by keyboard too.
            .replace('class="katex-display"', 'class="katex-display" tabindex="0"'),
      });
    },
  },
  vue: { template: { compilerOptions: { isCustomElement: (tag: string) => tag === "loss-widget" } } },
  vite: {
    resolve: { alias: { lossary: join(root, "dist", "index.js") } },
    build: { chunkSizeWarningLimit: 1000 },
    plugins: [
      {
        // Every browser that runs the package reads woff2: older forms of the fonts stay out.
        name: "woff2-alone",
        enforce: "pre",
        transform: (code: string, id: string) =>
          id.includes("katex.min.css") ? code.replace(/,url\([^)]+\.(woff|ttf)\) format\("\w+"\)/g, "") : undefined,
      },
    ],
  } as UserConfig["vite"],
  locales: {
    root: {
      label: "English",
      lang: "en",
      themeConfig: {
        nav: [
          { text: "Guides", items: guides.en },
          { text: "All losses", link: "/losses/" },
          { text: "Reference", link: "/reference/" },
        ],
        sidebar: [{ text: "Guides", items: guides.en }, ...sidebar.en],
      },
    },
    zh: {
      label: "简体中文",
      lang: "zh-CN",
      description: "每个损失，都是活的。",
      themeConfig: {
        nav: [
          { text: "指南", items: guides.zh },
          { text: "全部损失", link: "/zh/losses/" },
          { text: "API 参考", link: "/zh/reference/" },
        ],
        sidebar: [{ text: "指南", items: guides.zh }, ...sidebar.zh],
        outline: { label: "本页" },
        docFooter: { prev: "上一页", next: "下一页" },
        darkModeSwitchLabel: "深浅",
        sidebarMenuLabel: "目录",
        returnToTopLabel: "回到顶部",
        langMenuLabel: "语言",
      },
    },
  },
  themeConfig: {
    outline: [2, 3],
    search: {
      provider: "local",
      options: {
        miniSearch: { options: { tokenize } },
        locales: {
          zh: {
            translations: {
              button: { buttonText: "搜索", buttonAriaLabel: "搜索" },
              modal: {
                noResultsText: "没有找到",
                resetButtonTitle: "清除",
                footer: { selectText: "打开", navigateText: "移动", closeText: "关闭" },
              },
            },
          },
        },
      },
    },
  },
});
