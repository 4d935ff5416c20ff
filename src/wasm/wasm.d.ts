/** The bundler inlines a .wasm file as bytes; one called .zz.wasm is compressed (zlib). */
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
