import * as smd from "streaming-markdown";

/** Renders Markdown into an element as it arrives. It only ever adds to what it has rendered. */
export interface MarkdownWriter {
  write(text: string): void;
  /** Ends the text, and renders what was held back as ambiguous. */
  end(): void;
}

/**
 * Makes a writer for untrusted Markdown: HTML in it stays text, links may use http, https and mailto
 * only, and images become links.
 */
export function markdownWriter(root: HTMLElement): MarkdownWriter {
  const parser = smd.parser(safe(smd.default_renderer(root)));
  return {
    write: (text) => smd.parser_write(parser, text),
    end: () => smd.parser_end(parser),
  };
}

function safe(renderer: smd.Default_Renderer): smd.Default_Renderer {
  const { data } = renderer;
  return {
    ...renderer,
    add_token(_, type) {
      smd.default_add_token(data, rendered(type));
      const element = data.nodes[data.index];
      if (element) annotate(element, type);
    },
    set_attr(_, attribute, value) {
      if (attribute !== smd.HREF && attribute !== smd.SRC) {
        smd.default_set_attr(data, attribute, value);
      } else if (isSafeLink(value)) {
        smd.default_set_attr(data, smd.HREF, value);
      }
    },
  };
}

/** The element to render. All headings become level 3, below the page's own. */
function rendered(type: smd.Token): smd.Token {
  if (type === smd.IMAGE) return smd.LINK;
  return type >= smd.HEADING_1 && type <= smd.HEADING_6 ? smd.HEADING_3 : type;
}

function annotate(element: HTMLElement, type: smd.Token): void {
  if (element instanceof HTMLAnchorElement) {
    element.target = "_blank";
    element.rel = "noopener noreferrer nofollow";
  } else if (element instanceof HTMLInputElement) {
    element.ariaLabel = "Done";
  } else if (type === smd.CODE_FENCE || type === smd.CODE_BLOCK) {
    const box = element.parentElement;
    // Code that scrolls sideways must be reachable by keyboard.
    if (box) Object.assign(box, { tabIndex: 0, role: "group", ariaLabel: "Code" });
  } else if (type !== smd.CODE_INLINE) {
    element.dir = "auto";
  }
}

function isSafeLink(address: string): boolean {
  const protocol = URL.canParse(address) ? new URL(address).protocol : "";
  return ["http:", "https:", "mailto:"].includes(protocol);
}
