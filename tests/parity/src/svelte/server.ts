import { render as renderPage } from "svelte/server";
import { writable } from "svelte/store";
import type { ServerRender } from "../adapter.ts";
import Page from "./Page.svelte";

export const render: ServerRender = (client, props) =>
  renderPage(Page, { props: { client, page: writable(props) } }).body;
