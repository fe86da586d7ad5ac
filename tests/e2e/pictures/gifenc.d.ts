declare module "gifenc" {
  type Color = number[];
  interface Encoder {
    writeFrame(
      pixels: Uint8Array,
      width: number,
      height: number,
      options: {
        palette?: Color[];
        delay: number;
        transparent: boolean;
        transparentIndex: number;
        dispose: number;
      },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  const gifenc: {
    GIFEncoder(): Encoder;
    quantize(rgba: Uint8Array, colors: number): Color[];
    applyPalette(rgba: Uint8Array, palette: Color[]): Uint8Array;
  };
  export default gifenc;
}
