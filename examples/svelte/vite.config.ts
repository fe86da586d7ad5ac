import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [svelte()],
  base: "/svelte/",
  server: { proxy: { "/api": "http://localhost:4324" } },
});
