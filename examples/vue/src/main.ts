import { streamPlugin } from "@twinstream/vue";
import { createApp } from "vue";
import App from "./App.vue";

createApp(App).use(streamPlugin, { url: "/api/streams" }).mount("#app");
