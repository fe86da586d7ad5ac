import { defineConfig } from "vite";

export default defineConfig({
  base: "/vanilla/",
  server: { proxy: { "/api": "http://localhost:4324" } },
});
