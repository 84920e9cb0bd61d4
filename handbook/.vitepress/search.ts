/** Words of a text in any language: Chinese is not spaced, so its words are found by segmentation. */
export const tokenize = (text: string): string[] => {
  // Made here because the function travels to the page as its source alone.
  const segmenter = new Intl.Segmenter("zh", { granularity: "word" });
  return [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment.toLowerCase()] : []));
};
