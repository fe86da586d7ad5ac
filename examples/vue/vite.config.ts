import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue()],
  base: "/vue/",
  server: { proxy: { "/api": "http://localhost:4324" } },
});
