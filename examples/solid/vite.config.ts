import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

export default defineConfig({
  plugins: [solid()],
  base: "/solid/",
  server: { proxy: { "/api": "http://localhost:4324" } },
});
