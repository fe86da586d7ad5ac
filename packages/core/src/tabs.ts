/**
 * Sharing between the tabs of one browser.
 * @module
 */

export { type TabsOptions, tabs } from "./lib/tabs/tabs.ts";
