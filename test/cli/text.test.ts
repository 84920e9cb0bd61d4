/** Text for terminals: as wide as they are, and still what it was. */
import { expect, it } from "vitest";
import { fitHelp, hangingTable } from "../../src/cli/terminal/text.ts";

it("fills paragraphs that are too wide, and folds commands as a shell reads them", () => {
  const help = "\nOne two three four\nfive.\n\nExamples:\n  lossary eval l1Loss --predictions a --targets b\n  short\n";
  expect(fitHelp(help, 18)).toBe(
    "\nOne two three four\nfive.\n\nExamples:\n  lossary eval \\\n    l1Loss \\\n    --predictions \\\n    a --targets \\\n    b\n  short\n",
  );
  expect(fitHelp(help, 80)).toBe(help);
});

it("lets the last column go on below itself in a terminal alone", () => {
  const rows = [
    ["a", "one two three"],
    ["bb", "four"],
  ];
  expect(hangingTable(rows, 12)).toBe("a   one two\n    three\nbb  four");
  expect(hangingTable(rows, undefined)).toBe("a   one two three\nbb  four");
});
