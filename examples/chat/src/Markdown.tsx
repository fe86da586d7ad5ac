import { useLayoutEffect, useRef } from "react";
import { type MarkdownWriter, markdownWriter } from "./markdown.ts";

interface Props {
  /** The text so far. It only grows. */
  readonly text: string;
  /** Whether the text is complete. */
  readonly final: boolean;
}

/** Renders Markdown as it arrives. The cost of an update depends only on its new text. */
export function Markdown({ text, final }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const writing = useRef<{ writer: MarkdownWriter; length: number; ended: boolean }>(undefined);

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    writing.current = { writer: markdownWriter(element), length: 0, ended: false };
    return () => element.replaceChildren();
  }, []);
  useLayoutEffect(() => {
    const { current } = writing;
    if (!current || current.ended) return;
    if (text.length > current.length) current.writer.write(text.slice(current.length));
    current.length = text.length;
    current.ended = final;
    if (final) current.writer.end();
  }, [text, final]);

  return <div className="markdown" data-text ref={root} />;
}
