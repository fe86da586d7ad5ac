import { createStreamClient, streamPlugin } from "@twinstream/vue";
import { createApp } from "vue";
import App from "./App.vue";

createApp(App)
  .use(streamPlugin, createStreamClient({ url: "/api/streams" }))
  .mount("#app");
