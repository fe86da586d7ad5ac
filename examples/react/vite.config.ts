import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  base: "/react/",
  server: { proxy: { "/api": "http://localhost:4324" } },
});
