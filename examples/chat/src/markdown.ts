import * as smd from "streaming-markdown";

/** Writes Markdown into an element as it comes. What was written is only ever added to. */
export interface MarkdownWriter {
  write(text: string): void;
  /** No more comes: shows what was held back until it was clear what it is. */
  end(): void;
}

/**
 * A writer of Markdown that somebody else wrote: HTML in it stays text, links lead to the web and
 * to mail alone, and images become links.
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
      smd.default_add_token(data, plain(type));
      const element = data.nodes[data.index];
      if (element) dress(element, type);
    },
    set_attr(_, attribute, value) {
      if (attribute !== smd.HREF && attribute !== smd.SRC) {
        smd.default_set_attr(data, attribute, value);
      } else if (leadsOut(value)) {
        smd.default_set_attr(data, smd.HREF, value);
      }
    },
  };
}

/** What an element is shown as. Headings come below the page's own, whatever their level. */
function plain(type: smd.Token): smd.Token {
  if (type === smd.IMAGE) return smd.LINK;
  return type >= smd.HEADING_1 && type <= smd.HEADING_6 ? smd.HEADING_3 : type;
}

function dress(element: HTMLElement, type: smd.Token): void {
  if (element instanceof HTMLAnchorElement) {
    element.target = "_blank";
    element.rel = "noopener noreferrer nofollow";
  } else if (element instanceof HTMLInputElement) {
    element.ariaLabel = "Done";
  } else if (type === smd.CODE_FENCE || type === smd.CODE_BLOCK) {
    const box = element.parentElement;
    // What scrolls sideways must be reachable by keyboard.
    if (box) Object.assign(box, { tabIndex: 0, role: "group", ariaLabel: "Code" });
  } else if (type !== smd.CODE_INLINE) {
    element.dir = "auto";
  }
}

function leadsOut(address: string): boolean {
  const protocol = URL.canParse(address) ? new URL(address).protocol : "";
  return ["http:", "https:", "mailto:"].includes(protocol);
}
