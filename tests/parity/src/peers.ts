import react from "../../../packages/react/package.json" with { type: "json" };
import solid from "../../../packages/solid/package.json" with { type: "json" };
import svelte from "../../../packages/svelte/package.json" with { type: "json" };
import vue from "../../../packages/vue/package.json" with { type: "json" };

/** The versions in each binding's peer range, lowest first. */
export const peers = Object.fromEntries(
  Object.entries({
    react: react.peerDependencies.react,
    vue: vue.peerDependencies.vue,
    svelte: svelte.peerDependencies.svelte,
    solid: solid.peerDependencies["solid-js"],
  }).map(([name, range]) => [name, range.match(/\d+\.\d+\.\d+/g) ?? []]),
);
