/** Keeps a scroll box at its end while text is added, unless the reader has scrolled up. */
export function stickToEnd(box: HTMLElement): void {
  box.tabIndex = 0; // a scroll box must be reachable by keyboard
  let stuck = true;
  box.addEventListener("scroll", () => {
    stuck = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  });
  new MutationObserver(() => {
    if (stuck) box.scrollTop = box.scrollHeight;
  }).observe(box, { subtree: true, childList: true, characterData: true });
}
