/** How much text one read of the store brings, in bytes. */
export const PAGE_BYTES = 64 * 1024;
