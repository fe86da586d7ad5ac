import type { Chart } from "./figures.ts";
import { show } from "./figures.ts";

const WIDTH = 800;
const LABEL = 330;
const ROW = 30;
const BAR = 18;
const TOP = 56;

const safe = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Draws a horizontal bar chart as SVG, readable on light and dark pages. */
export function drawChart({ title, unit, bars, logarithmic }: Chart): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const least = Math.min(...bars.map(({ value }) => value));
  const room = WIDTH - LABEL - 110;
  const length = (value: number) =>
    logarithmic
      ? (room * Math.log10((value / least) * 3)) / Math.log10((most / least) * 3)
      : (room * value) / most;
  const height = TOP + bars.length * ROW + 12;
  const rows = bars.map(({ label, value, ours }, index) => {
    const y = TOP + index * ROW;
    const width = Math.max(2, length(value)).toFixed(1);
    return `<text x="${LABEL - 12}" y="${y + 14}" text-anchor="end" class="${ours ? "us" : "them"}">${safe(label)}</text>
<rect x="${LABEL}" y="${y}" width="${width}" height="${BAR}" rx="4" class="${ours ? "ours" : "peer"}"/>
<text x="${(LABEL + Number(width) + 8).toFixed(1)}" y="${y + 14}" class="value">${safe(show(value))}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${safe(title)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #3d4451; }
.title { font-size: 16px; font-weight: 600; fill: #16191f; }
.us { font-weight: 600; fill: #16191f; }
.ours { fill: #2563eb; }
.peer { fill: #b6bdca; }
@media (prefers-color-scheme: dark) {
text { fill: #aab3c2; }
.title, .us { fill: #f2f4f8; }
.ours { fill: #60a5fa; }
.peer { fill: #4b5566; }
}
</style>
<text x="12" y="24" class="title">${safe(title)}</text>
<text x="12" y="43">${safe(unit)}${logarithmic ? ", logarithmic" : ""}</text>
${rows.join("\n")}
</svg>
`;
}
