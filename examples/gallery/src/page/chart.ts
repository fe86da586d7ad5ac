import { showBytes } from "../messages.ts";

export interface Chart {
  restart(): void;
  naive(bytes: number): void;
  ours(bytes: number): void;
}

const width = 300;
const height = 96;

/** Creates a small live chart in a figure: bytes received over time by a naive follower and by ours. */
export function createChart(figure: HTMLElement): Chart {
  const svg = figure.querySelector("svg")!;
  const series = {
    naive: { points: [] as [number, number][], line: line("cost"), last: 0 },
    ours: { points: [] as [number, number][], line: line("ours"), last: 0 },
  };
  let start = performance.now();

  function line(name: string): SVGPolylineElement {
    const polyline = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    polyline.setAttribute("class", name);
    svg.append(polyline);
    return polyline;
  }

  function label(name: "naive" | "ours", text: string): void {
    figure.querySelector(`[data-bytes="${name}"]`)!.textContent = text;
  }

  function draw(): void {
    const { naive, ours } = series;
    const now = Math.max(performance.now() - start, 1);
    const most = Math.max(naive.last, ours.last, 1);
    for (const { points, line, last } of [naive, ours]) {
      const place = ([time, bytes]: readonly [number, number]) =>
        `${((time / now) * width).toFixed(1)},${(height - 2 - (bytes / most) * (height - 6)).toFixed(1)}`;
      line.setAttribute("points", [...points, [now, last] as const].map(place).join(" "));
    }
    label("naive", showBytes(naive.last));
    label("ours", showBytes(ours.last));
    const times = ours.last > 0 ? naive.last / ours.last : 0;
    figure.querySelector("[data-times]")!.textContent =
      times > 1 ? `${times.toFixed(times < 10 ? 1 : 0)} × the bytes` : "";
    svg.setAttribute(
      "aria-label",
      `Bytes received over time: naive ${showBytes(naive.last)}, ours ${showBytes(ours.last)}`,
    );
  }

  function add(name: "naive" | "ours", bytes: number): void {
    const one = series[name];
    if (bytes === one.last) return;
    // A step, not a slope: nothing arrived in between.
    const now = performance.now() - start;
    one.points.push([now, one.last], [now, bytes]);
    one.last = bytes;
    draw();
  }

  return {
    restart() {
      start = performance.now();
      for (const one of Object.values(series)) Object.assign(one, { points: [[0, 0]], last: 0 });
      draw();
    },
    naive: (bytes) => add("naive", bytes),
    ours: (bytes) => add("ours", bytes),
  };
}
