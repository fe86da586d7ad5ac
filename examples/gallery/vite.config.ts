import { svelte } from "@sveltejs/vite-plugin-svelte";
import react from "@vitejs/plugin-react";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

export default defineConfig({
  // React and Solid both use TSX: each plugin compiles its own pane.
  plugins: [
    react({ include: /panes\/react\.tsx$/ }),
    solid({ include: /panes\/solid\.tsx$/ }),
    vue(),
    svelte(),
  ],
  build: {
    target: "es2022",
    rolldownOptions: { input: ["index.html", "pane.html"] },
  },
});
