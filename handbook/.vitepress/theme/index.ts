/** VitePress's own theme with the handbook's type, colours and living widgets. */
import DefaultTheme from "vitepress/theme-without-fonts";
import { h, onMounted } from "vue";
import "katex/dist/katex.min.css";
import "./style.css";
import "./widget.css";

export default {
  extends: DefaultTheme,
  Layout: {
    name: "Handbook",
    setup() {
      // Loaded after the page's framework has taken over its markup, which the widgets then change.
      onMounted(async () => (await import("../../kit/element.ts")).defineLossWidget());
      return () => h(DefaultTheme.Layout);
    },
  },
};
