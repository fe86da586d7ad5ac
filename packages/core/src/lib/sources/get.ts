export { send as get } from "../http/send.ts";
