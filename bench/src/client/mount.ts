import { type ReactNode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { textLength } from "./responses.ts";

/** The number of React commits since `count` was set to 0. */
export const commits = { count: 0 };

/** Counts the commits of the component that calls it. React's Profiler reports nothing in production. */
export function useCommits(): void {
  useEffect(() => {
    commits.count++;
  });
}

/** Mounts a page, and resolves with the length of its text once it shows `count` chunks. */
export function mount(page: ReactNode, count: number): Promise<number> {
  const container = document.createElement("div");
  document.body.append(container);
  const root = createRoot(container);
  root.render(page);
  return new Promise((resolve) => {
    const check = () => {
      const length = container.textContent?.length ?? 0;
      if (length < textLength(count)) return void setTimeout(check, 10);
      root.unmount();
      container.remove();
      resolve(length);
    };
    check();
  });
}
