/** What the kit itself says. */
import type { Language } from "./widget.ts";

interface Words {
  readonly run: string;
  readonly pause: string;
  readonly reset: string;
  readonly copy: string;
  readonly copied: string;
  readonly showCode: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    run: "Run",
    pause: "Pause",
    reset: "Reset",
    copy: "Copy as code",
    copied: "Copied",
    showCode: "The code of this state",
  },
  zh: { run: "运行", pause: "暂停", reset: "重置", copy: "复制为代码", copied: "已复制", showCode: "此状态的代码" },
};
