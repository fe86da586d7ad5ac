import { mount as mountSvelte } from "svelte";
import StreamAnswer from "./StreamAnswer.svelte";

export function mount(target: HTMLElement) {
  mountSvelte(StreamAnswer, { target });
}
