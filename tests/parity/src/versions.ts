import react from "react/package.json" with { type: "json" };
import solid from "solid-js/package.json" with { type: "json" };
import svelte from "svelte/package.json" with { type: "json" };
import vue from "vue/package.json" with { type: "json" };

/** The versions of the frameworks that the suite tests. */
export const versions = {
  react: react.version,
  vue: vue.version,
  svelte: svelte.version,
  solid: solid.version,
};
