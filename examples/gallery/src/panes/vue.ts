import { streamPlugin } from "@twinstream/vue";
import { createApp } from "vue";
import { clientOptions } from "../pane/pane.ts";
import StreamAnswer from "./StreamAnswer.vue";

export function mount(root: HTMLElement) {
  createApp(StreamAnswer).use(streamPlugin, clientOptions).mount(root);
}
